package dev.gleisner.ports;

/** Finds and makes a source of profiles. */
public interface ProfileSourceProvider extends Provider {
    /**
     * Makes a source of profiles.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    ProfileSource create() throws GleisnerException;
}
