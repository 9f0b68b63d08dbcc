package dev.gleisner.adapters.signing;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * PKCS#8 under a passphrase: PBES2 with AES-256-CBC and scrypt is written; PBKDF2 and the shorter AES keys, as
 * openssl writes them, are read too. The older schemes (PBES1, DES) are refused.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc8018 RFC 8018
 * @spec https://www.rfc-editor.org/rfc/rfc7914 RFC 7914
 */
final class EncryptedPkcs8 {
    /** 1.2.840.113549.1.5.13. */
    private static final byte[] PBES2 = pkcs5(0x0d);
    /** 1.2.840.113549.1.5.12. */
    private static final byte[] PBKDF2 = pkcs5(0x0c);
    /** 1.3.6.1.4.1.11591.4.11. */
    private static final byte[] SCRYPT = {0x2b, 0x06, 0x01, 0x04, 0x01, (byte) 0xda, 0x47, 0x04, 0x0b};
    /** 1.2.840.113549.2, before the last arc: 7 is HMAC with SHA-1, 9 with SHA-256, 11 with SHA-512. */
    private static final byte[] HMAC = {0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x02};
    /** 2.16.840.1.101.3.4.1, before the last arc: 2, 22 and 42 are AES-CBC with 128, 192 and 256 bits. */
    private static final byte[] AES = {0x60, (byte) 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01};

    /**
     * Cost of the keys we write: 16 MiB of memory, five times over. OWASP lists it beside N=2^17, p=1, which
     * openssl refuses to read because it needs more than its limit of 32 MiB.
     */
    private static final int SCRYPT_N = 1 << 14;

    private static final int SCRYPT_R = 8;
    private static final int SCRYPT_P = 5;
    /** Most memory that a key file may ask for, in bytes. */
    private static final long MAX_SCRYPT_MEMORY = 256L << 20;

    private static final int MAX_SCRYPT_P = 64;
    private static final int MAX_ITERATIONS = 10_000_000;
    private static final int AES_BLOCK = 16;

    private EncryptedPkcs8() {}

    private static byte[] pkcs5(int last) {
        return new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x05, (byte) last};
    }

    /** Encrypts PKCS#8; neither argument is overwritten. */
    static byte[] encrypt(byte[] pkcs8, char[] passphrase) {
        SecureRandom random = new SecureRandom();
        byte[] salt = new byte[16];
        byte[] iv = new byte[AES_BLOCK];
        random.nextBytes(salt);
        random.nextBytes(iv);
        byte[] secret = utf8(passphrase);
        byte[] key = SCrypt.generate(secret, salt, SCRYPT_N, SCRYPT_R, SCRYPT_P, 32);
        Arrays.fill(secret, (byte) 0);
        byte[] sealed;
        try {
            sealed = cbc(true, key, iv, pkcs8);
        } catch (InvalidCipherTextException e) {
            throw new AssertionError("encryption has no padding to check", e);
        }
        Arrays.fill(key, (byte) 0);
        byte[] kdf = Der.encode(
                Der.SEQUENCE,
                Der.encode(Der.OID, SCRYPT),
                Der.encode(
                        Der.SEQUENCE,
                        Der.encode(Der.OCTET_STRING, salt),
                        Der.encode(BigInteger.valueOf(SCRYPT_N)),
                        Der.encode(BigInteger.valueOf(SCRYPT_R)),
                        Der.encode(BigInteger.valueOf(SCRYPT_P))));
        byte[] cipher =
                Der.encode(Der.SEQUENCE, Der.encode(Der.OID, AES, new byte[] {42}), Der.encode(Der.OCTET_STRING, iv));
        return Der.encode(
                Der.SEQUENCE,
                Der.encode(Der.SEQUENCE, Der.encode(Der.OID, PBES2), Der.encode(Der.SEQUENCE, kdf, cipher)),
                Der.encode(Der.OCTET_STRING, sealed));
    }

    /**
     * Decrypts to PKCS#8; the passphrase is not overwritten.
     *
     * @throws DerException when the file is damaged, the scheme is another one, or the passphrase is wrong
     */
    static byte[] decrypt(byte[] encrypted, char[] passphrase) throws DerException {
        Der whole = new Der(encrypted);
        Der info = whole.enter(Der.SEQUENCE);
        whole.finish();
        Der scheme = info.enter(Der.SEQUENCE);
        byte[] sealed = info.octets(Der.OCTET_STRING);
        info.finish();
        if (!Arrays.equals(scheme.octets(Der.OID), PBES2)) {
            throw new DerException("encrypted in another way than PBES2");
        }
        Der parameters = scheme.enter(Der.SEQUENCE);
        scheme.finish();
        Der kdf = parameters.enter(Der.SEQUENCE);
        Der cipher = parameters.enter(Der.SEQUENCE);
        parameters.finish();
        int keyBytes = keyBytes(cipher.octets(Der.OID));
        byte[] iv = cipher.octets(Der.OCTET_STRING);
        cipher.finish();
        if (iv.length != AES_BLOCK || sealed.length == 0 || sealed.length % AES_BLOCK != 0) {
            throw new DerException("damaged: not whole blocks of AES");
        }
        byte[] secret = utf8(passphrase);
        byte[] key = derive(kdf, secret, keyBytes);
        Arrays.fill(secret, (byte) 0);
        try {
            return cbc(false, key, iv, sealed);
        } catch (InvalidCipherTextException _) {
            throw new DerException("the passphrase is wrong or the file is damaged");
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static int keyBytes(byte[] oid) throws DerException {
        return switch (lastArc(AES, oid)) {
            case 2 -> 16;
            case 22 -> 24;
            case 42 -> 32;
            default -> throw new DerException("encrypted with another cipher than AES-CBC");
        };
    }

    /** The last arc of {@code oid}, one byte long, when all before it are {@code prefix}; else -1. */
    private static int lastArc(byte[] prefix, byte[] oid) {
        return oid.length == prefix.length + 1 && Arrays.equals(oid, 0, prefix.length, prefix, 0, prefix.length)
                ? oid[prefix.length]
                : -1;
    }

    private static byte[] derive(Der kdf, byte[] secret, int keyBytes) throws DerException {
        byte[] oid = kdf.octets(Der.OID);
        Der parameters = kdf.enter(Der.SEQUENCE);
        kdf.finish();
        byte[] salt = parameters.octets(Der.OCTET_STRING);
        if (Arrays.equals(oid, SCRYPT)) {
            int n = parameters.integer(1 << 24);
            int r = parameters.integer(1 << 10);
            int p = parameters.integer(MAX_SCRYPT_P);
            keyLength(parameters, keyBytes);
            parameters.finish();
            if (n < 2 || Integer.bitCount(n) != 1 || r < 1 || p < 1 || 128L * n * r > MAX_SCRYPT_MEMORY) {
                throw new DerException("scrypt with N=" + n + ", r=" + r + ", p=" + p + " is not possible or needs"
                        + " more than 256 MiB");
            }
            return SCrypt.generate(secret, salt, n, r, p, keyBytes);
        }
        if (Arrays.equals(oid, PBKDF2)) {
            int iterations = parameters.integer(MAX_ITERATIONS);
            keyLength(parameters, keyBytes);
            Digest hash = parameters.atEnd() ? new SHA1Digest() : hash(parameters.enter(Der.SEQUENCE));
            parameters.finish();
            if (iterations < 1) {
                throw new DerException("PBKDF2 without iterations");
            }
            PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(hash);
            generator.init(secret, salt, iterations);
            return ((KeyParameter) generator.generateDerivedParameters(keyBytes * 8)).getKey();
        }
        throw new DerException("the key is derived by neither scrypt nor PBKDF2");
    }

    private static void keyLength(Der parameters, int keyBytes) throws DerException {
        if (parameters.next(Der.INTEGER) && parameters.integer(64) != keyBytes) {
            throw new DerException("key length and cipher do not agree");
        }
    }

    private static Digest hash(Der prf) throws DerException {
        byte[] oid = prf.octets(Der.OID);
        if (prf.next(Der.NULL)) {
            prf.enter(Der.NULL).finish();
        }
        prf.finish();
        return switch (lastArc(HMAC, oid)) {
            case 7 -> new SHA1Digest();
            case 9 -> new SHA256Digest();
            case 11 -> new SHA512Digest();
            default -> throw new DerException("PBKDF2 with another function than HMAC with SHA-1, SHA-256 or SHA-512");
        };
    }

    private static byte[] cbc(boolean encrypt, byte[] key, byte[] iv, byte[] input) throws InvalidCipherTextException {
        PaddedBufferedBlockCipher cipher =
                new PaddedBufferedBlockCipher(CBCBlockCipher.newInstance(AESEngine.newInstance()), new PKCS7Padding());
        cipher.init(encrypt, new ParametersWithIV(new KeyParameter(key), iv));
        byte[] out = new byte[cipher.getOutputSize(input.length)];
        int length = cipher.processBytes(input, 0, input.length, out, 0);
        length += cipher.doFinal(out, length);
        byte[] result = Arrays.copyOf(out, length);
        if (!encrypt) {
            Arrays.fill(out, (byte) 0);
        }
        return result;
    }

    private static byte[] utf8(char[] passphrase) {
        ByteBuffer encoded = ByteBuffer.allocate(3 * passphrase.length); // a UTF-16 unit becomes three bytes at most
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(passphrase), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        Arrays.fill(encoded.array(), (byte) 0);
        return bytes;
    }
}
