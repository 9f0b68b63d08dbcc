package dev.gleisner.domain.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InclusionProofTest {
    /** The first inputs of the Certificate Transparency project's own test vectors. */
    private static final List<String> INPUTS =
            List.of("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f");

    private static InclusionProof proof(int index, int size) {
        MerkleTree tree = MerkleTree.proving(index);
        for (int i = 0; i < size; i++) {
            byte[] entry = HexFormat.of().parseHex(INPUTS.get(i));
            tree.append(entry, 0, entry.length);
        }
        return tree.proof();
    }

    private static List<String> path(int index, int size) {
        return proof(index, size).hashes().stream().map(Digest::hex).toList();
    }

    @Test
    void hasTheAuditPathsOfTheKnownVectors() {
        assertThat(path(0, 1)).isEmpty();
        assertThat(path(0, 8))
                .containsExactly(
                        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
        assertThat(path(5, 8))
                .containsExactly(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertThat(path(2, 3)).containsExactly("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assertThat(path(1, 5))
                .containsExactly(
                        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
    }

    @Test
    void provesEveryEntryOfEverySizeAndNoOther() {
        int most = 130;
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            byte[] entry = ("line " + i).getBytes(StandardCharsets.UTF_8);
            leaves.add(MerkleTree.leafHash(entry, 0, entry.length));
        }
        for (int index = 0; index < most; index++) {
            MerkleTree tree = MerkleTree.proving(index);
            MerkleTree plain = new MerkleTree();
            for (int size = 1; size <= most; size++) {
                tree.appendLeaf(leaves.get(size - 1));
                plain.appendLeaf(leaves.get(size - 1));
                if (size <= index) {
                    assertThatThrownBy(tree::proof).isInstanceOf(IllegalStateException.class);
                    continue;
                }
                InclusionProof proof = tree.proof();
                String where = index + " of " + size;
                assertThat(proof.root()).as(where).isEqualTo(plain.root()).isEqualTo(tree.root());
                assertThat(hexes(proof)).as(where).isEqualTo(path(index, leaves.subList(0, size)));
                assertThat(proof.proves(leaves.get(index))).as(where).isTrue();
                assertThat(proof.proves(leaves.get((index + 1) % most)))
                        .as(where)
                        .isFalse();
            }
        }
    }

    @Test
    void aChangedProofProvesNothing() {
        for (int size = 1; size <= INPUTS.size(); size++) {
            for (int index = 0; index < size; index++) {
                InclusionProof proof = proof(index, size);
                byte[] entry = HexFormat.of().parseHex(INPUTS.get(index));
                byte[] leaf = MerkleTree.leafHash(entry, 0, entry.length);
                List<Digest> more = new ArrayList<>(proof.hashes());
                more.add(proof.root());
                assertThat(new InclusionProof(index, size, more, proof.root()).proves(leaf))
                        .isFalse();
                for (int i = 0; i < proof.hashes().size(); i++) {
                    List<Digest> fewer = new ArrayList<>(proof.hashes());
                    fewer.remove(i);
                    assertThat(new InclusionProof(index, size, fewer, proof.root()).proves(leaf))
                            .isFalse();
                    List<Digest> other = new ArrayList<>(proof.hashes());
                    other.set(i, Digest.sha256(new byte[] {1}));
                    assertThat(new InclusionProof(index, size, other, proof.root()).proves(leaf))
                            .isFalse();
                }
                for (int elsewhere = 0; elsewhere < size; elsewhere++) {
                    assertThat(new InclusionProof(elsewhere, size, proof.hashes(), proof.root()).proves(leaf))
                            .isEqualTo(elsewhere == index);
                }
            }
        }
    }

    @Test
    void refusesWhatCanBeNoProof() {
        Digest root = Digest.sha256(new byte[0]);
        assertThatThrownBy(() -> new InclusionProof(3, 3, List.of(), root)).hasMessage("entry 3 of a list of 3");
        assertThatThrownBy(() -> new InclusionProof(-1, 3, List.of(), root)).hasMessageContaining("entry -1");
        assertThatThrownBy(() -> new InclusionProof(0, 1, java.util.Collections.nCopies(64, root), root))
                .hasMessage("64 hashes, more than 63");
        assertThatThrownBy(() -> MerkleTree.proving(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MerkleTree().proof()).isInstanceOf(IllegalStateException.class);
    }

    private static List<String> hexes(InclusionProof proof) {
        return proof.hashes().stream().map(Digest::hex).toList();
    }

    /** RFC 6962, section 2.1.1, word by word. */
    private static List<String> path(int index, List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return List.of();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        boolean left = index < k;
        List<String> path = new ArrayList<>(
                left ? path(index, leaves.subList(0, k)) : path(index - k, leaves.subList(k, leaves.size())));
        MerkleTree sibling = new MerkleTree();
        (left ? leaves.subList(k, leaves.size()) : leaves.subList(0, k)).forEach(sibling::appendLeaf);
        path.add(sibling.root().hex());
        return path;
    }
}
