package dev.gleisner.ports;

/** Finds and makes the place where evidence is kept. */
public interface EvidenceStoreProvider extends Provider {
    /**
     * Makes the place where evidence is kept.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    EvidenceStore create() throws GleisnerException;
}
