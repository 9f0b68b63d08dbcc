package dev.gleisner.ports.usecase;

import dev.gleisner.ports.GleisnerException;

/**
 * Which paths a session touched, as its sensors saw it: attempts that worked, however many there were. Paths come in
 * ascending order of {@link String#compareTo}, each of them once, and one after the other, so that millions of them take
 * no memory; they can be visited as often as needed.
 */
public interface SessionActivity {
    /**
     * How a path was touched, in whatever order.
     *
     * @param read it was opened for reading
     * @param written it was created, opened for writing, linked or renamed to
     * @param deleted it was deleted or renamed away
     * @param executed it became a process's program
     */
    record Touches(boolean read, boolean written, boolean deleted, boolean executed) {}

    /** Takes one path after the other. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Takes the next path.
         *
         * @param path as in {@link dev.gleisner.domain.event.PathText}
         * @param touches everything that was seen of it
         */
        void visit(String path, Touches touches) throws GleisnerException;
    }

    /**
     * Visits what lies below the project, by paths relative to it.
     *
     * @throws GleisnerException of the visitor, or when the paths cannot be read back
     */
    void inProject(Visitor visitor) throws GleisnerException;

    /**
     * Visits what lies elsewhere, by absolute paths.
     *
     * @throws GleisnerException of the visitor, or when the paths cannot be read back
     */
    void outside(Visitor visitor) throws GleisnerException;
}
