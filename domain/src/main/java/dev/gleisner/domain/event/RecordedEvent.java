package dev.gleisner.domain.event;

/**
 * An event in its place in the log.
 *
 * @param sequence 0, 1, 2 … without gaps
 * @param wallNanos nanoseconds since 1970-01-01T00:00:00Z by the wall clock
 * @param monotonicNanos nanoseconds since the session began, by a clock that never goes back
 * @param origin who saw it, who did it
 */
public record RecordedEvent(long sequence, long wallNanos, long monotonicNanos, Origin origin, Event event) {}
