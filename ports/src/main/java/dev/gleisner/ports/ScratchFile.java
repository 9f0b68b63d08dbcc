package dev.gleisner.ports;

/**
 * A file for what does not fit into memory. Nobody else can open it: it has no name, and is gone when it is closed and
 * when this process dies. One thread at a time.
 */
public interface ScratchFile extends AutoCloseable {
    /** Appends {@code length} bytes from the start of {@code from}. */
    void append(byte[] from, int length) throws GleisnerException;

    /**
     * Reads from {@code offset} on.
     *
     * @return how many bytes came, possibly fewer than there is room for; 0 at the end
     */
    int read(byte[] into, long offset) throws GleisnerException;

    @Override
    void close();
}
