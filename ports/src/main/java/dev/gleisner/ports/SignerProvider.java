package dev.gleisner.ports;

import java.nio.file.Path;
import java.util.Optional;

/** Finds and makes a signer. */
public interface SignerProvider extends Provider {
    /**
     * Makes a signer.
     *
     * @param key file of the private key; empty for the default key, which is made on first use
     * @param passphrase asked when the key is encrypted
     * @throws GleisnerException when there is no such key or it cannot be read
     */
    Signer create(Optional<Path> key, PassphraseSource passphrase) throws GleisnerException;

    /**
     * The keys of this user.
     *
     * @throws GleisnerException.HostLacks when the user has no directory for them
     */
    KeyRing keyRing() throws GleisnerException;
}
