package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.redact.Redactor;
import dev.gleisner.ports.EventConsumer;

/** Takes secrets out of events before anybody else sees them. */
record RedactingConsumer(Redactor redactor, EventConsumer next) implements EventConsumer {
    @Override
    public void accept(Origin origin, long nanos, Event event) {
        // Files, by far the most, have nothing to take out.
        boolean words = event instanceof Event.ProcessExec
                || event instanceof Event.SessionStarted
                || event instanceof Event.Denied;
        next.accept(origin, nanos, words ? redactor.event(event) : event);
    }
}
