package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.redact.Redactor;
import dev.gleisner.ports.EventConsumer;
import java.util.HashMap;
import java.util.Map;

/** What sensors give goes through here: secrets are taken out before anybody else sees them, denials are counted. */
final class SensorIntake implements EventConsumer {
    // errno(3); the same on every architecture.
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int EROFS = 30;

    private final Redactor redactor;
    private final TraceCollector trace;
    private final EventConsumer next;
    private final Map<String, Long> denials = new HashMap<>();

    SensorIntake(Redactor redactor, TraceCollector trace, EventConsumer next) {
        this.trace = trace;
        this.redactor = redactor;
        this.next = next;
    }

    @Override
    public void accept(Origin origin, long nanos, Event event) {
        if (isDenial(origin, event)) {
            synchronized (denials) {
                denials.merge(origin.source(), 1L, Long::sum);
            }
        }
        if (isFile(event)) {
            next.accept(origin, nanos, event); // by far the most, and nothing in them is to be taken out
            return;
        }
        boolean words = event instanceof Event.ProcessExec
                || event instanceof Event.SessionStarted
                || event instanceof Event.Denied;
        Event shown = words ? redactor.event(event) : event;
        trace.take(origin, shown);
        next.accept(origin, nanos, shown);
    }

    private static boolean isFile(Event event) {
        return event instanceof Event.FileRead
                || event instanceof Event.FileWritten
                || event instanceof Event.FileCreated
                || event instanceof Event.FileDeleted
                || event instanceof Event.FileRenamed
                || event instanceof Event.AttributesChanged
                || event instanceof Event.Repeated;
    }

    private static boolean isDenial(Origin origin, Event event) {
        int errno = origin.errno();
        return errno == EACCES || errno == EPERM || errno == EROFS || event instanceof Event.Denied;
    }

    /** The most denials that one source has seen: several sources see the same ones. */
    long denials() {
        synchronized (denials) {
            long most = 0;
            for (long count : denials.values()) {
                most = Math.max(most, count);
            }
            return most;
        }
    }
}
