package dev.gleisner.domain.record;

/** A kind of thing that a sensor sees. */
public enum Sight {
    /** Programs that start, with their arguments, and processes that end. */
    PROCESSES("processes"),
    /** Files that are opened for reading. */
    READS("reads"),
    /** Files that are written, created, renamed, linked, removed. */
    CHANGES("changes"),
    /** Connections and addresses. */
    NETWORK("network"),
    /** What was tried and refused. */
    DENIALS("denials");

    private final String key;

    Sight(String key) {
        this.key = key;
    }

    /** The word in statements. */
    public String key() {
        return key;
    }
}
