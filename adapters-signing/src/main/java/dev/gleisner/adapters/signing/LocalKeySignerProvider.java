package dev.gleisner.adapters.signing;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.KeyRing;
import dev.gleisner.ports.PassphraseSource;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.SignerProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Signs with an ECDSA P-256 key in a file of this user. */
public final class LocalKeySignerProvider implements SignerProvider {
    /** Does nothing; the service loader calls it. */
    public LocalKeySignerProvider() {}

    @Override
    public String name() {
        return "local-key";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        Optional<Path> directory = KeyDirectory.ofEnvironment();
        if (directory.isEmpty()) {
            return new Availability.Missing(
                    "no directory for keys: neither XDG_CONFIG_HOME nor HOME is an absolute path",
                    "set HOME, or name the key with --key");
        }
        Path file = new LocalKeyRing(directory.get()).signingFile(LocalKeyRing.DEFAULT_NAME);
        if (!Files.exists(file)) {
            return new Availability.Ready("ECDSA P-256; the key " + file + " is made on first use");
        }
        try {
            boolean encrypted = KeyText.read(file).encrypted();
            return new Availability.Ready("ECDSA P-256, " + (encrypted ? "encrypted " : "") + file);
        } catch (GleisnerException e) {
            return new Availability.Missing(String.valueOf(e.getMessage()), e.fix());
        }
    }

    @Override
    public Signer create(Optional<Path> key, PassphraseSource passphrase) throws GleisnerException {
        KeyText text = key.isPresent()
                ? KeyText.read(key.get())
                : LocalKeyRing.ofEnvironment().defaultKey();
        return text.encrypted() ? new LocalSigner(text.unlock(passphrase)) : new SignerToBe(text);
    }

    @Override
    public KeyRing keyRing() throws GleisnerException {
        return LocalKeyRing.ofEnvironment();
    }
}
