package dev.gleisner.adapters.signing;

import dev.gleisner.domain.digest.Digest;
import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.math.ec.ECFieldElement;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.custom.sec.SecP256R1Curve;
import org.bouncycastle.util.BigIntegers;

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

    private static final SecP256R1Curve CURVE = new SecP256R1Curve();
    private static final BigInteger ORDER = CURVE.getOrder();

    /** SEC 2, section 2.4.2: the base point of secp256r1. */
    private static final ECPoint BASE = CURVE.createPoint(
            new BigInteger("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", 16),
            new BigInteger("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", 16));

    private P256() {}

    /** Whether that number can be a private key. */
    static boolean validPrivate(BigInteger d) {
        return d.signum() > 0 && d.compareTo(ORDER) < 0;
    }

    /** The public point of a private key, uncompressed: 0x04, x, y. */
    static byte[] publicPoint(BigInteger d) {
        return timesBase(d, new Rfc6979(ORDER, d, new byte[0]).blinding()).getEncoded(false);
    }

    /**
     * {@code factor} times the base point, with affine coordinates.
     *
     * <p>{@link ECPoint#normalize()} does the same with a random blinding of the inversion, so that its time tells
     * nothing of the factor; taking that from the library's registry costs a cold process 30 ms, so the caller gives
     * a number that nobody else can know.
     */
    private static ECPoint timesBase(BigInteger factor, BigInteger blinding) {
        ECPoint point = new FixedPointCombMultiplier().multiply(BASE, factor); // Jacobian: x = X/Z^2, y = Y/Z^3
        BigInteger prime = CURVE.getField().getCharacteristic();
        ECFieldElement blind = CURVE.fromBigInteger(
                blinding.mod(prime.subtract(BigInteger.ONE)).add(BigInteger.ONE));
        ECFieldElement inverse = point.getZCoord(0).multiply(blind).invert().multiply(blind);
        ECFieldElement square = inverse.square();
        return CURVE.createPoint(
                point.getRawXCoord().multiply(square).toBigInteger(),
                point.getRawYCoord().multiply(square).multiply(inverse).toBigInteger());
    }

    /** Whether these bytes are an uncompressed point on the curve. */
    static boolean validPoint(byte[] point) {
        if (point.length != 1 + 2 * FIELD_BYTES || point[0] != 4) {
            return false;
        }
        BigInteger prime = CURVE.getField().getCharacteristic();
        BigInteger x = new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + FIELD_BYTES));
        BigInteger y = new BigInteger(1, Arrays.copyOfRange(point, 1 + FIELD_BYTES, point.length));
        return x.compareTo(prime) < 0
                && y.compareTo(prime) < 0
                && CURVE.createPoint(x, y).isValid();
    }

    /** Signs {@code message} (FIPS 186-5, section 6.4.1); the result is DER as in RFC 3279, section 2.2.3. */
    static byte[] sign(BigInteger d, byte[] message) {
        byte[] hash = hash(message);
        BigInteger e = new BigInteger(1, hash);
        Rfc6979 nonces = new Rfc6979(ORDER, d, hash);
        while (true) {
            BigInteger k = nonces.next();
            BigInteger r = timesBase(k, nonces.blinding())
                    .getAffineXCoord()
                    .toBigInteger()
                    .mod(ORDER);
            BigInteger s = BigIntegers.modOddInverse(ORDER, k)
                    .multiply(e.add(d.multiply(r)))
                    .mod(ORDER);
            if (r.signum() != 0 && s.signum() != 0) {
                return Der.encode(Der.SEQUENCE, Der.encode(r), Der.encode(s));
            }
        }
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
        ECDomainParameters domain = new ECDomainParameters(CURVE, BASE, ORDER, CURVE.getCofactor());
        signer.init(false, new ECPublicKeyParameters(CURVE.decodePoint(point), domain));
        return signer.verifySignature(hash(message), r, s); // refuses r and s outside 1 to n-1
    }

    private static byte[] hash(byte[] message) {
        return Digest.newSha256().digest(message);
    }
}
