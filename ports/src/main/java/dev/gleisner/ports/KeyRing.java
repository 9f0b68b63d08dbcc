package dev.gleisner.ports;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The keys that this user signs with and the public keys that this user trusts. */
public interface KeyRing {
    /**
     * A key.
     *
     * @param name its name in the ring
     * @param keyId SHA-256 of its SubjectPublicKeyInfo, in hexadecimal digits
     * @param signing whether its private half is here
     * @param trusted whether verification accepts it
     * @param file where it is
     */
    record Entry(String name, String keyId, boolean signing, boolean trusted, Path file) {}

    /** Where the ring is; never shown in a sandbox. */
    Path directory();

    /**
     * Makes an ECDSA P-256 key, mode 0600. Not trusted by that alone.
     *
     * @param passphrase encrypts it (PKCS#8, PBES2 with AES-256); empty leaves it in the clear
     * @throws GleisnerException when a key of that name is there
     */
    Entry generate(String name, Optional<char[]> passphrase) throws GleisnerException;

    /** All keys, by name. */
    List<Entry> list() throws GleisnerException;

    /**
     * Trusts a public key from now on.
     *
     * @param publicKey PEM file with a SubjectPublicKeyInfo, or the name of a signing key in this ring
     * @param name its name in the ring
     */
    Entry trust(String publicKey, String name) throws GleisnerException;

    /** The public half of a key as PEM (SubjectPublicKeyInfo). */
    String exportPublic(String name) throws GleisnerException;
}
