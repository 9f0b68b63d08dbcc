package dev.gleisner.adapters.signing;

import java.math.BigInteger;

/** Keys for tests, known to everybody. */
final class TestKeys {
    private TestKeys() {}

    /** The private key of RFC 6979, appendix A.2.5. */
    static PrivateKey fixed() {
        return of("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
    }

    /** Another one. */
    static PrivateKey other() {
        return of("7");
    }

    private static PrivateKey of(String hex) {
        BigInteger d = new BigInteger(hex, 16);
        return new PrivateKey(d, PublicKey.of(P256.publicPoint(d)));
    }
}
