package dev.gleisner.domain.activity;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the processes of a session together from its events in order. Several sources may tell of the same process, and
 * one of them before the event that says how it came to be.
 *
 * <p>Not safe for use by several threads.
 */
public final class ProcessTable {
    /**
     * By how much two sources may differ about the start of one process: /proc counts hundredths of a second. A number
     * is not given to another process as soon as that.
     */
    private static final long SAME_START_MICROS = 20_000;

    /** What no source ascribes to a process. */
    private final SessionProcess nobody = new SessionProcess(0, 0);

    private final List<SessionProcess> all = new ArrayList<>();
    private final Map<Long, SessionProcess> newest = new HashMap<>();

    /** No process yet. */
    public ProcessTable() {}

    /** Takes the next event and says whose it is; those that are not about processes change nothing else. */
    public SessionProcess take(RecordedEvent recorded) {
        Origin origin = recorded.origin();
        SessionProcess process = process(origin.pid(), origin.startMicros());
        if (origin.didFail()) {
            return process;
        }
        switch (recorded.event()) {
            case Event.ProcessForked(var child, var childStart) -> forked(process, child, childStart);
            case Event.ProcessExec(var parent, var executable, var argv, var truncated, var directory) -> {
                process.parentIs(parent);
                boolean known = false;
                for (Program program : process.programs()) {
                    known = known || program.alsoSeenBy(origin.source(), argv, executable, directory);
                }
                if (!known) {
                    process.runs(new Program(origin.source(), executable, argv, truncated, directory));
                }
            }
            case Event.ProcessExit(var exit) -> process.ended(exit);
            default -> {}
        }
        return process;
    }

    /** Every process that did something or was started, in the order in which they were first seen. */
    public List<SessionProcess> all() {
        return Collections.unmodifiableList(all);
    }

    /** Stands for what no source ascribes to a process. */
    public SessionProcess nobody() {
        return nobody;
    }

    private void forked(SessionProcess parent, long child, long childStart) {
        SessionProcess known = newest.get(child);
        // With no start to tell by, a number that comes again after its process has ended is another one.
        boolean reused = known != null && childStart == 0 && known.exit().isPresent();
        SessionProcess process = reused ? add(child, 0) : process(child, childStart);
        if (process != parent) {
            process.forkedBy(parent);
        }
    }

    private SessionProcess process(long pid, long startMicros) {
        if (pid == 0) {
            return nobody;
        }
        SessionProcess known = newest.get(pid);
        if (known == null || other(known, startMicros)) {
            return add(pid, startMicros);
        }
        known.startedAt(startMicros);
        return known;
    }

    private static boolean other(SessionProcess known, long startMicros) {
        return startMicros != 0
                && known.startMicros() != 0
                && Math.abs(startMicros - known.startMicros()) > SAME_START_MICROS;
    }

    private SessionProcess add(long pid, long startMicros) {
        SessionProcess process = new SessionProcess(pid, startMicros);
        all.add(process);
        newest.put(pid, process);
        return process;
    }
}
