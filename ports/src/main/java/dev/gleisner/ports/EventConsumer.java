package dev.gleisner.ports;

import dev.gleisner.domain.event.Event;

/** Takes events from any thread; blocks rather than loses. */
@FunctionalInterface
public interface EventConsumer {
    /** {@code source} saw {@code event} now. */
    void accept(String source, Event event);
}
