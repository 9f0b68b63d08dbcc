package dev.gleisner.ports;

/** Finds and makes a sandbox backend. */
public interface SandboxBackendProvider extends Provider {
    /**
     * Does what {@link #create} and the first sandbox would have to wait for; takes its time. Called on a thread of its
     * own while the command line is still being read, for providers that may never be chosen: it changes nothing
     * outside of this process. What fails here fails again, and is told, where it is needed.
     */
    default void warmUp() {}

    /**
     * Makes a sandbox backend.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    SandboxBackend create() throws GleisnerException;
}
