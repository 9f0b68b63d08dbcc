package dev.gleisner.domain.digest;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * Why an entry is in a list of which only size and Merkle tree root are known.
 *
 * @param index of the entry, counted from 0
 * @param size of the list
 * @param hashes the audit path: what stands beside the way from the entry to the root, the lowest first
 * @param root of the tree
 * @spec https://www.rfc-editor.org/rfc/rfc6962#section-2.1.1 RFC 6962, section 2.1.1
 */
public record InclusionProof(long index, long size, List<Digest> hashes, Digest root) {
    /** A tree of any size that a {@code long} can count is not higher. */
    public static final int MOST_HASHES = 63;

    public InclusionProof {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("entry " + index + " of a list of " + size);
        }
        if (hashes.size() > MOST_HASHES) {
            throw new IllegalArgumentException(hashes.size() + " hashes, more than " + MOST_HASHES);
        }
        hashes = List.copyOf(hashes);
    }

    /**
     * Whether the entry with this leaf hash is where the proof says.
     *
     * @param leafHash as {@link MerkleTree#leafHash} makes it
     * @spec https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2 RFC 9162, section 2.1.3.2
     */
    public boolean proves(byte[] leafHash) {
        // 2. and 3. of the RFC; 1. is the constructor's.
        long fn = index;
        long sn = size - 1;
        byte[] r = leafHash;
        MessageDigest sha256 = Digest.newSha256();
        // 4. for each value of the path
        for (Digest hash : hashes) {
            byte[] p = HexFormat.of().parseHex(hash.hex());
            if (sn == 0) {
                return false;
            }
            sha256.update((byte) 1);
            if ((fn & 1) == 1 || fn == sn) {
                sha256.update(p);
                r = sha256.digest(r);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sha256.update(r);
                r = sha256.digest(p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        // 5.
        return sn == 0 && Digest.ofSha256(r).equals(root);
    }
}
