package dev.gleisner.domain.sandbox;

/** How a command ended. */
public sealed interface Exit {
    /**
     * It ended by itself.
     *
     * @param code 0 to 255
     */
    record Code(int code) implements Exit {}

    /**
     * A signal ended it.
     *
     * @param signal number, as in signal(7)
     */
    record Signal(int signal) implements Exit {}

    /** The status that a shell reports: the code, or 128 plus the signal. */
    default int status() {
        return switch (this) {
            case Code(var code) -> code;
            case Signal(var signal) -> 128 + signal;
        };
    }
}
