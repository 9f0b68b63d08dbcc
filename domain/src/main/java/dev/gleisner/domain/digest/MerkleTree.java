package dev.gleisner.domain.digest;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    /** Which entry is to be proven; -1 for none. */
    private final long proven;
    /** The hashes beside the way up from that entry, as far as it leads through full subtrees. */
    private final List<Digest> beside = new ArrayList<>();

    private long size;

    /** The tree of the empty list. */
    public MerkleTree() {
        this(-1);
    }

    private MerkleTree(long proven) {
        this.proven = proven;
    }

    /** The tree of the empty list, that will be able to prove the entry with this index, counted from 0. */
    public static MerkleTree proving(long index) {
        if (index < 0) {
            throw new IllegalArgumentException("entry " + index);
        }
        return new MerkleTree(index);
    }

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

    /** The hash of an entry as a leaf of the tree: {@code length} bytes from {@code offset} on. */
    public static byte[] leafHash(byte[] entry, int offset, int length) {
        MessageDigest sha256 = Digest.newSha256();
        sha256.update((byte) 0);
        sha256.update(entry, offset, length);
        return sha256.digest();
    }

    private void add() {
        int level = 0;
        for (; (size >> level & 1) == 1; level++) {
            if (proven >> level + 1 == size >> level + 1) { // both halves of the subtree are known now
                beside.add(
                        (proven >> level & 1) == 0
                                ? Digest.ofSha256(carry)
                                : Digest.ofSha256(
                                        Arrays.copyOfRange(full, level * HASH_BYTES, (level + 1) * HASH_BYTES)));
            }
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
        return size == 0 ? Digest.sha256(sha256) : fold(new ArrayList<>());
    }

    /**
     * Why the entry that this tree {@link #proving proves} is under {@link #root()}; entries may follow, and make
     * another proof.
     *
     * @throws IllegalStateException when there is no such entry yet
     */
    public InclusionProof proof() {
        if (proven < 0 || proven >= size) {
            throw new IllegalStateException("entry " + proven + " of " + size);
        }
        List<Digest> hashes = new ArrayList<>(beside);
        Digest root = fold(hashes);
        return new InclusionProof(proven, size, hashes, root);
    }

    /** Joins the full subtrees, the smallest first, and adds what stands beside the way of the proven entry. */
    private Digest fold(List<Digest> hashes) {
        byte[] root = new byte[0];
        boolean below = false; // whether the proven entry is below root
        for (int level = 0; level < LEVELS; level++) {
            if ((size >> level & 1) == 1) {
                byte[] left = Arrays.copyOfRange(full, level * HASH_BYTES, (level + 1) * HASH_BYTES);
                // This subtree begins with the entry whose index has the bits of the size above this level.
                boolean here = proven >= 0 && proven >> level == (size >> level + 1) << 1;
                if (root.length == 0) {
                    root = left;
                    below = here;
                    continue;
                }
                if (here) {
                    hashes.add(Digest.ofSha256(root));
                } else if (below) {
                    hashes.add(Digest.ofSha256(left));
                }
                below |= here;
                sha256.update((byte) 1);
                sha256.update(left);
                sha256.update(root);
                finish(root);
            }
        }
        return Digest.ofSha256(root);
    }
}
