package dev.gleisner.ports;

/** Finds and makes a verifier. */
public interface VerifierProvider extends Provider {
    /** Makes a verifier. */
    Verifier create();
}
