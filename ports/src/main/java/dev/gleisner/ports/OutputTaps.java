package dev.gleisner.ports;

import java.util.Optional;

/**
 * Who hears what the command prints. A tap is used only when that stream is no terminal; bytes reach the stream
 * first.
 *
 * @param stdout hears file descriptor 1
 * @param stderr hears file descriptor 2
 */
public record OutputTaps(Optional<Tap> stdout, Optional<Tap> stderr) {
    /** Nobody listens; streams are handed to the command as they are. */
    public static final OutputTaps NONE = new OutputTaps(Optional.empty(), Optional.empty());

    /** Hears bytes in order, from one thread. */
    @FunctionalInterface
    public interface Tap {
        /** The first {@code length} bytes of {@code buffer} were printed. */
        void accept(byte[] buffer, int length);
    }
}
