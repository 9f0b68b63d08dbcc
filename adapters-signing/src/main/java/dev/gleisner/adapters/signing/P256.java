package dev.gleisner.adapters.signing;

import dev.gleisner.domain.digest.Digest;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;

/**
 * ECDSA over P-256 with SHA-256 and nonces of RFC 6979, so that the same key and bytes give the same signature.
 *
 * <p>The curve is named here instead of looked up: the lookup tables of the library load every curve it has.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc6979 RFC 6979
 */
final class P256 {
    /** Length of a private key or coordinate, in bytes. */
    static final int FIELD_BYTES = 32;

    private static final ECDomainParameters DOMAIN = domain();

    private P256() {}

    private static ECDomainParameters domain() {
        SecP256R1Curve curve = new SecP256R1Curve();
        // SEC 2, section 2.4.2: the base point of secp256r1.
        ECPoint base = curve.createPoint(
                new BigInteger("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", 16),
                new BigInteger("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", 16));
        return new ECDomainParameters(curve, base, curve.getOrder(), curve.getCofactor());
    }

    /** Whether that number can be a private key. */
    static boolean validPrivate(BigInteger d) {
        return d.signum() > 0 && d.compareTo(DOMAIN.getN()) < 0;
    }

    /** The public point of a private key, uncompressed: 0x04, x, y. */
    static byte[] publicPoint(BigInteger d) {
        return new FixedPointCombMultiplier()
                .multiply(DOMAIN.getG(), d)
                .normalize()
                .getEncoded(false);
    }

    /** Whether these bytes are an uncompressed point on the curve. */
    static boolean validPoint(byte[] point) {
        if (point.length != 1 + 2 * FIELD_BYTES || point[0] != 4) {
            return false;
        }
        BigInteger prime = DOMAIN.getCurve().getField().getCharacteristic();
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + FIELD_BYTES));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + FIELD_BYTES, point.length));
        return x.compareTo(prime) < 0
                && y.compareTo(prime) < 0
                && DOMAIN.getCurve().createPoint(x, y).isValid();
    }

    /** Signs {@code message}; the result is DER as in RFC 3279, section 2.2.3. */
    static byte[] sign(BigInteger d, byte[] message) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, new ECPrivateKeyParameters(d, DOMAIN));
        BigInteger[] rs = signer.generateSignature(hash(message));
        return Der.encode(Der.SEQUENCE, Der.encode(rs[0]), Der.encode(rs[1]));
    }

    /**
     * Whether {@code signature} was made over {@code message} by the key of {@code point}, which {@link
     * #validPoint} has accepted. A signature that is no strict DER was not.
     */
    static boolean verify(byte[] point, byte[] message, byte[] signature) {
        BigInteger r;
        BigInteger s;
        try {
            Der whole = new Der(signature);
            Der parts = whole.enter(Der.SEQUENCE);
            whole.finish();
            r = parts.integer();
            s = parts.integer();
            parts.finish();
        } catch (DerException _) {
            return false;
        }
        ECDSASigner signer = new ECDSASigner();
        signer.init(false, new ECPublicKeyParameters(DOMAIN.getCurve().decodePoint(point), DOMAIN));
        return signer.verifySignature(hash(message), r, s); // refuses r and s outside 1 to n-1
    }

    private static byte[] hash(byte[] message) {
        return Digest.newSha256().digest(message);
    }
}
