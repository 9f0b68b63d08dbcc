package dev.gleisner.ports;

import dev.gleisner.domain.event.RecordedEvent;

/** Keeps events in order. Called from one thread at a time. */
@FunctionalInterface
public interface EventSink {
    /**
     * Keeps one event.
     *
     * @throws GleisnerException when it cannot be kept; the session is then ended
     */
    void accept(RecordedEvent event) throws GleisnerException;
}
