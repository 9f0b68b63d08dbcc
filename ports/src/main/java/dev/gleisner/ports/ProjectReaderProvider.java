package dev.gleisner.ports;

/** Finds and makes the reader of project trees. */
public interface ProjectReaderProvider extends Provider {
    /**
     * Makes the reader of project trees.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    ProjectReader create() throws GleisnerException;
}
