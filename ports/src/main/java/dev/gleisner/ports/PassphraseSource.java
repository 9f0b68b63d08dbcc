package dev.gleisner.ports;

/** Asks for the passphrase of a key. */
@FunctionalInterface
public interface PassphraseSource {
    /**
     * The passphrase; the caller overwrites it after use.
     *
     * @param purpose what it is for, in words for the person asked
     * @throws GleisnerException when there is nobody to ask
     */
    char[] ask(String purpose) throws GleisnerException;
}
