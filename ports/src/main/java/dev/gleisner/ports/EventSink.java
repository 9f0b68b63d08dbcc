package dev.gleisner.ports;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;

/** Keeps events in order. Called from one thread at a time. */
@FunctionalInterface
public interface EventSink {
    /**
     * Keeps one event. What it is made of comes one by one, so that a hot path makes no garbage; the parameters are those
     * of {@link dev.gleisner.domain.event.RecordedEvent}.
     *
     * @throws GleisnerException when it cannot be kept; the session is then ended
     */
    void accept(long sequence, long wallNanos, long monotonicNanos, Origin origin, Event event)
            throws GleisnerException;
}
