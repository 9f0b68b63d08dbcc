package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The curve against the vectors of RFC 6979 and against the JDK's implementation. */
class P256Test {
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    @ParameterizedTest
    @CsvSource({
        "sample,efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716,"
                + "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        "test,f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367,"
                + "19f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"
    })
    void signsTheVectorsOfRfc6979(String message, String r, String s) {
        byte[] expected =
                Der.encode(Der.SEQUENCE, Der.encode(new BigInteger(r, 16)), Der.encode(new BigInteger(s, 16)));
        assertThat(HexFormat.of().formatHex(P256.sign(TestKeys.fixed().d(), message.getBytes(UTF_8))))
                .isEqualTo(HexFormat.of().formatHex(expected));
    }

    @Test
    void drawsTheNoncesAndPointsThatTheLibraryDraws() {
        long seed = 20260102;
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            BigInteger d = new BigInteger(1 + random.nextInt(255), random).add(BigInteger.ONE);
            byte[] hash = new byte[32];
            random.nextBytes(hash);
            if (i % 5 == 0) {
                Arrays.fill(hash, 0, 4, (byte) 0xff); // may be beyond the order
            }
            HMacDSAKCalculator theirs = new HMacDSAKCalculator(new SHA256Digest());
            theirs.init(ORDER, d, hash);
            Rfc6979 ours = new Rfc6979(ORDER, d, hash);
            // The first nonce only: for a second one the library leaves out the step between that the RFC asks for.
            BigInteger nonce = ours.next();
            assertThat(nonce).as("seed %d, round %d", seed, i).isEqualTo(theirs.nextK());
            assertThat(ours.next()).isNotEqualTo(nonce).isBetween(BigInteger.ONE, ORDER.subtract(BigInteger.ONE));
            assertThat(P256.publicPoint(d))
                    .isEqualTo(CustomNamedCurves.getByName("secp256r1")
                            .getG()
                            .multiply(d)
                            .normalize()
                            .getEncoded(false));
        }
    }

    @Test
    void agreesWithTheJdk() throws Exception {
        long seed = 20260101;
        Random random = new Random(seed);
        KeyFactory factory = KeyFactory.getInstance("EC");
        for (int i = 0; i < 20; i++) {
            PrivateKey key = PrivateKey.generate();
            byte[] message = new byte[random.nextInt(300)];
            random.nextBytes(message);

            Signature theirs = Signature.getInstance("SHA256withECDSA");
            theirs.initVerify(factory.generatePublic(new X509EncodedKeySpec(
                    Pem.read(key.publicKey().pem()).getFirst().content())));
            theirs.update(message);
            assertThat(theirs.verify(P256.sign(key.d(), message)))
                    .as("seed %d, round %d", seed, i)
                    .isTrue();

            theirs = Signature.getInstance("SHA256withECDSA");
            theirs.initSign(factory.generatePrivate(new PKCS8EncodedKeySpec(key.pkcs8())));
            theirs.update(message);
            assertThat(P256.verify(key.publicKey().point(), message, theirs.sign()))
                    .isTrue();
        }
    }

    @Test
    void refusesPointsThatAreNotOnTheCurve() {
        byte[] point = TestKeys.fixed().publicKey().point();
        assertThat(P256.validPoint(point)).isTrue();
        byte[] off = point.clone();
        off[64] ^= 1;
        assertThat(P256.validPoint(off)).isFalse();
        assertThat(P256.validPoint(new byte[65])).isFalse();
        assertThat(P256.validPoint(new byte[] {0})).as("infinity").isFalse();
        byte[] compressed = Arrays.copyOf(point, 33);
        compressed[0] = 2;
        assertThat(P256.validPoint(compressed)).isFalse();
        byte[] beyond = new byte[65];
        Arrays.fill(beyond, (byte) 0xff);
        beyond[0] = 4;
        assertThat(P256.validPoint(beyond)).isFalse();
    }

    @Test
    void refusesSignaturesOfZeroAndBeyondTheOrder() {
        byte[] point = TestKeys.fixed().publicKey().point();
        BigInteger[] values = {
            BigInteger.ZERO, BigInteger.ONE, ORDER, ORDER.add(BigInteger.ONE), BigInteger.TEN.negate()
        };
        for (BigInteger r : values) {
            for (BigInteger s : values) {
                byte[] signature = Der.encode(Der.SEQUENCE, Der.encode(r), Der.encode(s));
                assertThat(P256.verify(point, new byte[0], signature))
                        .as("%s, %s", r, s)
                        .isFalse();
            }
        }
    }

    @Test
    void refusesSignaturesThatAreNotStrictDer() {
        PrivateKey key = TestKeys.fixed();
        byte[] message = "m".getBytes(UTF_8);
        byte[] good = P256.sign(key.d(), message);
        assertThat(P256.verify(key.publicKey().point(), message, good)).isTrue();
        byte[] trailing = Arrays.copyOf(good, good.length + 1);
        byte[] longLength = new byte[good.length + 1];
        longLength[0] = good[0];
        longLength[1] = (byte) 0x81;
        System.arraycopy(good, 1, longLength, 2, good.length - 1);
        byte[] indefinite = good.clone();
        indefinite[1] = (byte) 0x80;
        for (byte[] bad : new byte[][] {trailing, longLength, indefinite, {}, {0x30}, {0x30, 0}}) {
            assertThat(P256.verify(key.publicKey().point(), message, bad)).isFalse();
        }
    }
}
