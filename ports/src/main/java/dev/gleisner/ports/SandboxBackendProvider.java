package dev.gleisner.ports;

/** Finds and makes a sandbox backend. */
public interface SandboxBackendProvider extends Provider {
    /**
     * Starts, on a thread of its own, what {@link #create} and the first sandbox would have to wait for; returns at
     * once. Called while the command line is still being read, for providers that may never be chosen: it changes
     * nothing outside of this process and reports nothing. Who needs the outcome comes upon the same failure later.
     */
    default void warmUp() {}

    /**
     * Makes a sandbox backend.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    SandboxBackend create() throws GleisnerException;
}
