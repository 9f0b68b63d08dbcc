package dev.gleisner.domain.digest;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The Merkle tree over a list that only grows. Keeps no more than one hash for each level, so that a list of any length
 * costs no memory. Not safe for use by several threads.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc6962#section-2.1 RFC 6962, section 2.1
 */
public final class MerkleTree {
    /** Length of a hash in bytes. */
    public static final int HASH_BYTES = 32;

    private static final int LEVELS = 63;

    private final MessageDigest sha256 = Digest.newSha256();
    /** The root of a full subtree of 2^i leaves, at 32 * i, where bit i of the size is set. */
    private final byte[] full = new byte[LEVELS * HASH_BYTES];

    private final byte[] carry = new byte[HASH_BYTES];
    private long size;

    /** The tree of the empty list. */
    public MerkleTree() {}

    /** Appends an entry: {@code length} bytes from {@code offset} on. */
    public void append(byte[] entry, int offset, int length) {
        sha256.update((byte) 0);
        sha256.update(entry, offset, length);
        finish(carry);
        add();
    }

    /** Appends an entry of which only the leaf hash is known. */
    public void appendLeaf(byte[] leafHash) {
        if (leafHash.length != HASH_BYTES) {
            throw new IllegalArgumentException("a leaf hash has " + HASH_BYTES + " bytes, not " + leafHash.length);
        }
        System.arraycopy(leafHash, 0, carry, 0, HASH_BYTES);
        add();
    }

    private void add() {
        int level = 0;
        for (; (size >> level & 1) == 1; level++) {
            sha256.update((byte) 1);
            sha256.update(full, level * HASH_BYTES, HASH_BYTES);
            sha256.update(carry);
            finish(carry);
        }
        System.arraycopy(carry, 0, full, level * HASH_BYTES, HASH_BYTES);
        size++;
    }

    private void finish(byte[] into) {
        try {
            sha256.digest(into, 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new AssertionError("SHA-256 has 32 bytes", e);
        }
    }

    /** How many entries there are. */
    public long size() {
        return size;
    }

    /** The root over all entries so far; entries may follow. */
    public Digest root() {
        if (size == 0) {
            return Digest.sha256(sha256);
        }
        byte[] root = new byte[0];
        for (int level = 0; level < LEVELS; level++) {
            if ((size >> level & 1) == 1) {
                int at = level * HASH_BYTES;
                if (root.length == 0) {
                    root = Arrays.copyOfRange(full, at, at + HASH_BYTES);
                } else {
                    sha256.update((byte) 1);
                    sha256.update(full, at, HASH_BYTES);
                    sha256.update(root);
                    finish(root);
                }
            }
        }
        return Digest.ofSha256(root);
    }
}
