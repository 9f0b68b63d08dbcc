package dev.gleisner.adapters.signing;

import dev.gleisner.domain.digest.Digest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ECDSA P-256 public key.
 *
 * @param point uncompressed and on the curve
 * @param keyId SHA-256 of the SubjectPublicKeyInfo, in hexadecimal digits
 */
record PublicKey(byte[] point, String keyId) {
    /** Label of its PEM block. */
    static final String LABEL = "PUBLIC KEY";

    /** Everything in a SubjectPublicKeyInfo of P-256 (RFC 5480) before the point, which has a fixed length. */
    private static final byte[] HEADER = {
        0x30,
        0x59,
        0x30,
        0x13,
        0x06,
        0x07,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0xce,
        0x3d,
        0x02,
        0x01,
        0x06,
        0x08,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0xce,
        0x3d,
        0x03,
        0x01,
        0x07,
        0x03,
        0x42,
        0x00
    };

    /** The key with that point, which must be on the curve. */
    static PublicKey of(byte[] point) {
        return new PublicKey(point, Digest.sha256(spki(point)).hex());
    }

    /** Reads a SubjectPublicKeyInfo. */
    static PublicKey ofSpki(byte[] spki) throws DerException {
        if (spki.length != HEADER.length + 1 + 2 * P256.FIELD_BYTES
                || !Arrays.equals(spki, 0, HEADER.length, HEADER, 0, HEADER.length)) {
            throw new DerException("not the SubjectPublicKeyInfo of an uncompressed ECDSA P-256 key");
        }
        byte[] point = Arrays.copyOfRange(spki, HEADER.length, spki.length);
        if (!P256.validPoint(point)) {
            throw new DerException("the point is not on the curve P-256");
        }
        return of(point);
    }

    /** Reads PEM text with one public key and nothing else. */
    static PublicKey ofPem(String pem) throws DerException {
        List<Pem> blocks = Pem.read(pem);
        if (blocks.size() != 1 || !blocks.getFirst().label().equals(LABEL)) {
            throw new DerException("not one block of PEM with the label " + LABEL);
        }
        return ofSpki(blocks.getFirst().content());
    }

    /** As PEM. */
    String pem() {
        return new Pem(LABEL, spki(point)).text();
    }

    /** Whether a key hint of a bundle means this key: in hexadecimal digits as ours, or in base64 as cosign's. */
    boolean hintedBy(String hint) {
        return hint.equals(keyId) || hint.equals(base64Id());
    }

    /** Two keys with one id are one key. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PublicKey key && key.keyId.equals(keyId);
    }

    @Override
    public int hashCode() {
        return keyId.hashCode();
    }

    private String base64Id() {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(keyId));
    }

    private static byte[] spki(byte[] point) {
        byte[] spki = Arrays.copyOf(HEADER, HEADER.length + point.length);
        System.arraycopy(point, 0, spki, HEADER.length, point.length);
        return spki;
    }
}
