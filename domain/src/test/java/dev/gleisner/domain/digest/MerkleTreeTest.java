package dev.gleisner.domain.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MerkleTreeTest {
    /** The first inputs of the Certificate Transparency project's own test vectors. */
    private static final List<String> INPUTS =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    /** Roots of the trees with one, two … eight of them. */
    private static final List<String> ROOTS = List.of(
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @Test
    void hasTheRootsOfTheKnownVectors() {
        MerkleTree tree = new MerkleTree();
        assertThat(tree.root()).isEqualTo(Digest.sha256(new byte[0]));
        for (int i = 0; i < INPUTS.size(); i++) {
            byte[] entry = HexFormat.of().parseHex(INPUTS.get(i));
            tree.append(entry, 0, entry.length);
            assertThat(tree.root().hex()).isEqualTo(ROOTS.get(i));
            assertThat(tree.size()).isEqualTo(i + 1);
        }
    }

    @Test
    void isTheTreeOfTheDefinition() {
        MerkleTree tree = new MerkleTree();
        MerkleTree fromLeaves = new MerkleTree();
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < 130; i++) {
            byte[] entry = ("xx line " + i).getBytes(StandardCharsets.UTF_8);
            byte[] leaf = hash((byte) 0, entry, 2, new byte[0]);
            leaves.add(leaf);
            tree.append(entry, 2, entry.length - 2);
            fromLeaves.appendLeaf(leaf);
            Digest expected = Digest.ofSha256(root(leaves));
            assertThat(tree.root()).isEqualTo(expected);
            assertThat(fromLeaves.root()).isEqualTo(expected);
        }
    }

    /** RFC 6962, section 2.1, word by word. */
    private static byte[] root(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return hash((byte) 1, root(leaves.subList(0, k)), 0, root(leaves.subList(k, leaves.size())));
    }

    private static byte[] hash(byte prefix, byte[] first, int from, byte[] second) {
        MessageDigest sha256 = Digest.newSha256();
        sha256.update(prefix);
        sha256.update(first, from, first.length - from);
        return sha256.digest(second);
    }
}
