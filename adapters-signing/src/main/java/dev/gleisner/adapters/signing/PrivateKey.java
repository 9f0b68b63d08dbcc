package dev.gleisner.adapters.signing;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * An ECDSA P-256 private key with its public half.
 *
 * @param d the secret number
 * @param publicKey what others verify with
 */
record PrivateKey(BigInteger d, PublicKey publicKey) {
    /** Label of the PEM block of a key in the clear (PKCS#8, RFC 5208). */
    static final String LABEL = "PRIVATE KEY";
    /** Label of the PEM block of an encrypted key. */
    static final String ENCRYPTED_LABEL = "ENCRYPTED PRIVATE KEY";

    /** 1.2.840.10045.2.1, id-ecPublicKey (RFC 5480). */
    private static final byte[] EC_PUBLIC_KEY = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    /** 1.2.840.10045.3.1.7, secp256r1 (RFC 5480). */
    private static final byte[] SECP256R1 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x03, 0x01, 0x07};

    /** A fresh key. */
    static PrivateKey generate() {
        SecureRandom random = new SecureRandom();
        byte[] bytes = new byte[P256.FIELD_BYTES];
        BigInteger d;
        do { // nearly every 256-bit number is below the order, and a redraw keeps the choice uniform
            random.nextBytes(bytes);
            d = new BigInteger(1, bytes);
        } while (!P256.validPrivate(d));
        Arrays.fill(bytes, (byte) 0);
        return of(d);
    }

    private static PrivateKey of(BigInteger d) {
        return new PrivateKey(d, PublicKey.of(P256.publicPoint(d)));
    }

    /** Reads PKCS#8 in the clear, as we and openssl write it. */
    static PrivateKey ofPkcs8(byte[] pkcs8) throws DerException {
        Der whole = new Der(pkcs8);
        Der info = whole.enter(Der.SEQUENCE);
        whole.finish();
        info.integer(1); // version: 0, or 1 when a public key follows (RFC 5958)
        Der algorithm = info.enter(Der.SEQUENCE);
        algorithm.oid(EC_PUBLIC_KEY);
        algorithm.oid(SECP256R1);
        algorithm.finish();
        Der inner = info.enter(Der.OCTET_STRING); // then attributes, which say nothing about the key
        Der key = inner.enter(Der.SEQUENCE); // RFC 5915
        inner.finish();
        if (key.integer(1) != 1) {
            throw new DerException("not version 1 of ECPrivateKey");
        }
        byte[] secret = key.octets(Der.OCTET_STRING);
        BigInteger d = new BigInteger(1, secret);
        boolean fits = secret.length == P256.FIELD_BYTES;
        Arrays.fill(secret, (byte) 0);
        if (!fits || !P256.validPrivate(d)) {
            throw new DerException("the secret number is not between 1 and the order of P-256");
        }
        if (key.next(Der.CONTEXT_0)) {
            Der curve = key.enter(Der.CONTEXT_0);
            curve.oid(SECP256R1);
            curve.finish();
        }
        PrivateKey result = of(d);
        if (key.next(Der.CONTEXT_1)) {
            Der stated = key.enter(Der.CONTEXT_1);
            if (!Arrays.equals(stated.bits(), result.publicKey.point())) {
                throw new DerException("the public key in the file belongs to another private key");
            }
            stated.finish();
        }
        key.finish();
        return result;
    }

    /** As PKCS#8 in the clear; the caller overwrites it after use. */
    byte[] pkcs8() {
        byte[] secret = new byte[P256.FIELD_BYTES];
        byte[] number = d.toByteArray();
        int length = Math.min(number.length, secret.length);
        System.arraycopy(number, number.length - length, secret, secret.length - length, length);
        Arrays.fill(number, (byte) 0);
        byte[] bits = Arrays.copyOfRange(publicKey.point(), 0, publicKey.point().length);
        byte[] key = Der.encode(
                Der.SEQUENCE,
                Der.encode(BigInteger.ONE),
                Der.encode(Der.OCTET_STRING, secret),
                Der.encode(Der.CONTEXT_1, Der.encode(Der.BIT_STRING, new byte[1], bits)));
        byte[] pkcs8 = Der.encode(
                Der.SEQUENCE,
                Der.encode(BigInteger.ZERO),
                Der.encode(Der.SEQUENCE, Der.encode(Der.OID, EC_PUBLIC_KEY), Der.encode(Der.OID, SECP256R1)),
                Der.encode(Der.OCTET_STRING, key));
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(key, (byte) 0);
        return pkcs8;
    }

    /** The public half only: a secret has no place in logs. */
    @Override
    public String toString() {
        return "PrivateKey[" + publicKey.keyId() + "]";
    }
}
