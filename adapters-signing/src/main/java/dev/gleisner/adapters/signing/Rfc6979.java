package dev.gleisner.adapters.signing;

import dev.gleisner.domain.digest.Digest;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The nonces of deterministic ECDSA over P-256 with SHA-256. The numbered comments are the steps of section 3.2.
 *
 * <p>On the JDK's SHA-256, because the library's digests load the library's whole service registry, with the
 * parameters of every Diffie-Hellman group and a random source: 30 ms in a cold process. A test compares it with the
 * library's own generator.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc6979#section-3.2 RFC 6979, section 3.2
 */
final class Rfc6979 {
    private static final int BLOCK = 64;
    private static final int LENGTH = 32;

    private final BigInteger order;
    private final MessageDigest sha256 = Digest.newSha256();
    private byte[] v = new byte[LENGTH];
    private byte[] k = new byte[LENGTH];
    private boolean drawn;

    /** The generator for the private key {@code d} and the SHA-256 of a message. */
    Rfc6979(BigInteger order, BigInteger d, byte[] hash) {
        this.order = order;
        byte[] secret = octets(d);
        byte[] reduced = octets(new BigInteger(1, hash).mod(order)); // bits2octets, section 2.3.4
        Arrays.fill(v, (byte) 1); // b
        Arrays.fill(k, (byte) 0); // c
        k = hmac(v, new byte[] {0}, secret, reduced); // d
        v = hmac(v); // e
        k = hmac(v, new byte[] {1}, secret, reduced); // f
        v = hmac(v); // g
        Arrays.fill(secret, (byte) 0);
    }

    /** The next nonce, between 1 and the order. */
    BigInteger next() {
        while (true) { // h
            if (drawn) {
                k = hmac(v, new byte[] {0});
                v = hmac(v);
            }
            drawn = true;
            v = hmac(v);
            BigInteger nonce = new BigInteger(1, v);
            if (nonce.signum() > 0 && nonce.compareTo(order) < 0) {
                return nonce;
            }
        }
    }

    /** A number that depends on the same secrets and is no nonce, to blind a computation with. */
    BigInteger blinding() {
        return new BigInteger(1, hmac(v, new byte[] {2}));
    }

    private byte[] hmac(byte[]... parts) {
        byte[] pad = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            pad[i] = (byte) (0x36 ^ (i < LENGTH ? k[i] : 0));
        }
        sha256.update(pad);
        for (byte[] part : parts) {
            sha256.update(part);
        }
        byte[] inner = sha256.digest();
        for (int i = 0; i < BLOCK; i++) {
            pad[i] ^= 0x36 ^ 0x5c;
        }
        sha256.update(pad);
        return sha256.digest(inner);
    }

    private static byte[] octets(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] octets = new byte[LENGTH];
        int length = Math.min(bytes.length, LENGTH);
        System.arraycopy(bytes, bytes.length - length, octets, LENGTH - length, length);
        Arrays.fill(bytes, (byte) 0);
        return octets;
    }
}
