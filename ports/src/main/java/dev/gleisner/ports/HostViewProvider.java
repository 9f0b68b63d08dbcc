package dev.gleisner.ports;

/** Finds and makes the view of the host. */
public interface HostViewProvider extends Provider {
    /**
     * Makes the view of the host.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    HostView create() throws GleisnerException;
}
