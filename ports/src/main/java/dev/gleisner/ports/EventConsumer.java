package dev.gleisner.ports;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;

/** Takes events from any thread; blocks rather than loses. */
@FunctionalInterface
public interface EventConsumer {
    /**
     * Takes one event.
     *
     * @param origin who saw it and which process did it; may be the same instance again and again
     * @param nanos when it was, by CLOCK_MONOTONIC, which is {@link System#nanoTime()} on Linux
     * @param event what it was; may be the same instance again and again
     */
    void accept(Origin origin, long nanos, Event event);

    /** {@code source}, which does not know the process, saw {@code event} now. */
    default void accept(String source, Event event) {
        accept(Origin.of(source), System.nanoTime(), event);
    }
}
