package dev.gleisner.ports;

/** Finds and makes a sandbox backend. */
public interface SandboxBackendProvider extends Provider {
    /**
     * Makes a sandbox backend.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    SandboxBackend create() throws GleisnerException;
}
