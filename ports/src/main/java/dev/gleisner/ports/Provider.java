package dev.gleisner.ports;

/**
 * Something that {@link java.util.ServiceLoader} finds. Constructors do nothing; {@link #probe} tries the mechanism
 * and leaves no trace.
 */
public interface Provider {
    /** Stable id shown to users, such as {@code native}; lower case, unique among its kind. */
    String name();

    /** Higher is tried first; no two providers of a kind share a value. */
    int priority();

    /** Whether it works on this host. Cheap, repeatable, never throws. */
    Availability probe();
}
