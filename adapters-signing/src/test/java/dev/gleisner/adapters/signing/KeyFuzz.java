package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** Fuzz entry point for keys and signatures. */
public final class KeyFuzz {
    private KeyFuzz() {}

    /** Reads {@code data} as PEM, as each kind of key and as a signature; throws on a mistake of ours. */
    public static void fuzzerTestOneInput(byte[] data) {
        P256.verify(TestKeys.fixed().publicKey().point(), data, data);
        der(data);
        try {
            for (Pem block : Pem.read(new String(data, ISO_8859_1))) {
                der(block.content());
                if (!Arrays.equals(Pem.read(block.text()).getFirst().content(), block.content())) {
                    throw new IllegalStateException("PEM does not survive being written");
                }
            }
        } catch (DerException _) {
            // refused, as it should
        }
    }

    private static void der(byte[] data) {
        try {
            PublicKey.ofSpki(data);
        } catch (DerException _) {
            // refused
        }
        try {
            PrivateKey.ofPkcs8(data.clone());
        } catch (DerException _) {
            // refused
        }
    }
}
