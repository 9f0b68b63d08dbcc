package dev.gleisner.ports;

/** Whether a provider can work on this host. "No" and "could not ask" need different words. */
public sealed interface Availability {
    /**
     * It works here.
     *
     * @param detail what was found, such as {@code Landlock ABI 7}
     */
    record Ready(String detail) implements Availability {}

    /**
     * Something is missing.
     *
     * @param what what is missing
     * @param fix what a person can do about it
     */
    record Missing(String what, String fix) implements Availability {}

    /**
     * The probe itself failed; treated as not available.
     *
     * @param why what went wrong
     */
    record Unknown(String why) implements Availability {}

    /** Whether it works here. */
    default boolean ready() {
        return this instanceof Ready;
    }

    /** The answer in words. */
    default String summary() {
        return switch (this) {
            case Ready(var detail) -> detail;
            case Missing(var what, var fix) -> what + "; " + fix;
            case Unknown(var why) -> "could not be probed: " + why;
        };
    }
}
