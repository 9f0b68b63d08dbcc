package dev.gleisner.domain.digest;

import java.security.MessageDigest;

/**
 * HMAC-SHA-256: a digest that only who has the key can compute.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc2104 RFC 2104, HMAC
 */
public final class Hmac {
    private static final int BLOCK = 64;

    private final byte[] inner = new byte[BLOCK];
    private final byte[] outer = new byte[BLOCK];

    /** With that key, of any length. */
    public Hmac(byte[] key) {
        byte[] fitting = key.length > BLOCK ? Digest.newSha256().digest(key) : key;
        for (int i = 0; i < BLOCK; i++) {
            int k = i < fitting.length ? fitting[i] : 0;
            inner[i] = (byte) (k ^ 0x36);
            outer[i] = (byte) (k ^ 0x5c);
        }
    }

    /** The 32 bytes for {@code message}. */
    public byte[] of(byte[] message) {
        MessageDigest sha256 = Digest.newSha256();
        sha256.update(inner);
        byte[] first = sha256.digest(message);
        sha256.update(outer);
        return sha256.digest(first);
    }
}
