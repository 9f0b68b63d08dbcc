package dev.gleisner.cli.command;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.ports.EventConsumer;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what the summary tells and the statement does not. Several sensors may see the same; what counts is the most that
 * one of them saw.
 */
final class SessionTally implements EventConsumer {
    private static final class Counts {
        private long programs;
        private long connections;
    }

    private final Map<String, Counts> counts = new HashMap<>();

    // Branches and no pattern switch: this is on the way of every session.
    @Override
    public void accept(Origin origin, long nanos, Event event) {
        if (event instanceof Event.ProcessExec && !origin.didFail()) {
            of(origin).programs++;
        } else if (event instanceof Event.NetworkConnect || event instanceof Event.NetworkSend) {
            of(origin).connections++;
        }
    }

    private Counts of(Origin origin) {
        Counts known = counts.get(origin.source());
        if (known == null) {
            known = new Counts();
            counts.put(origin.source(), known);
        }
        return known;
    }

    long programs() {
        long most = 0;
        for (Counts each : counts.values()) {
            most = Math.max(most, each.programs);
        }
        return most;
    }

    long connections() {
        long most = 0;
        for (Counts each : counts.values()) {
            most = Math.max(most, each.connections);
        }
        return most;
    }
}
