package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.ErrnoName;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.record.AccessedFile;
import dev.gleisner.domain.record.BoundFile;
import dev.gleisner.domain.record.SessionRecord;
import dev.gleisner.domain.record.Trace;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects each program and each address once, in bounded memory; what is too much is counted. */
final class TraceCollector {
    static final int MOST_PROGRAMS = 1000;
    static final int MOST_CONNECTIONS = 1000;
    static final int MOST_FILES = 10_000;
    /** Of all arguments together. */
    static final long MOST_CHARACTERS = 1 << 20;

    private final Map<Trace.Program, Map<String, Long>> programs = new LinkedHashMap<>();
    private final Map<Trace.Connection, Map<String, Long>> connections = new LinkedHashMap<>();
    private final Map<String, Long> programsLeftOut = new HashMap<>();
    private final Map<String, Long> connectionsLeftOut = new HashMap<>();
    private long characters;

    /** Looks at one event, from which secrets are gone. */
    void take(Origin origin, Event event) {
        switch (event) {
            case Event.ProcessExec exec -> program(origin, exec);
            case Event.NetworkConnect(var protocol, var address) -> connection("connect", origin, protocol, address);
            case Event.NetworkBind(var protocol, var address) -> connection("bind", origin, protocol, address);
            case Event.NetworkAccept(var protocol, var address) -> connection("accept", origin, protocol, address);
            case Event.NetworkSend(var protocol, var address) -> connection("send", origin, protocol, address);
            default -> {} // files come from the session's activity, which can be larger than memory
        }
    }

    private synchronized void program(Origin origin, Event.ProcessExec exec) {
        Trace.Program program = new Trace.Program(exec.executable(), exec.argv(), exec.truncated(), errno(origin), 0);
        Map<String, Long> counts = programs.get(program);
        if (counts == null) {
            long length = exec.executable().length();
            for (String word : exec.argv()) {
                length += word.length();
            }
            if (programs.size() >= MOST_PROGRAMS || characters + length > MOST_CHARACTERS) {
                programsLeftOut.merge(origin.source(), 1L, Long::sum);
                return;
            }
            characters += length;
            counts = new HashMap<>();
            programs.put(program, counts);
        }
        counts.merge(origin.source(), 1L, Long::sum);
    }

    private synchronized void connection(String action, Origin origin, String protocol, String address) {
        Trace.Connection connection = new Trace.Connection(action, protocol, address, errno(origin), 0);
        Map<String, Long> counts = connections.get(connection);
        if (counts == null) {
            if (connections.size() >= MOST_CONNECTIONS) {
                connectionsLeftOut.merge(origin.source(), 1L, Long::sum);
                return;
            }
            counts = new HashMap<>();
            connections.put(connection, counts);
        }
        counts.merge(origin.source(), 1L, Long::sum);
    }

    private static Optional<String> errno(Origin origin) {
        return origin.worked() ? Optional.empty() : Optional.of(ErrnoName.of(origin.errno()));
    }

    /** What several sources saw, one of them saw most completely. */
    private static long most(Map<String, Long> counts) {
        long most = 0;
        for (long count : counts.values()) {
            most = Math.max(most, count);
        }
        return most;
    }

    /**
     * The trace of a session.
     *
     * @param session with its subjects, dependencies and deleted files
     * @param activity what was touched outside of the project
     */
    Trace trace(SessionRecord session, SessionActivity activity) throws GleisnerException {
        Files files = new Files(Reconciliation.prefix(Path.of(session.spec().projectRoot())));
        for (BoundFile each : session.dependencies()) {
            files.inProject(each.name(), Optional.of(each), true, false, false);
        }
        for (BoundFile each : session.subjects()) {
            files.inProject(each.name(), Optional.of(each), false, true, false);
        }
        for (String each : session.deleted()) {
            files.inProject(each, Optional.empty(), false, false, true);
        }
        activity.outside(files::outside);
        return trace(files);
    }

    /** The programs and connections alone. */
    Trace trace() {
        return trace(new Files(""));
    }

    private synchronized Trace trace(Files files) {
        List<Trace.Program> ran = new ArrayList<>();
        programs.forEach((each, counts) -> ran.add(
                new Trace.Program(each.executable(), each.argv(), each.truncated(), each.errno(), most(counts))));
        List<Trace.Connection> used = new ArrayList<>();
        connections.forEach((each, counts) -> used.add(
                new Trace.Connection(each.action(), each.protocol(), each.address(), each.errno(), most(counts))));
        return new Trace(ran, used, files.files, most(programsLeftOut), most(connectionsLeftOut), files.leftOut);
    }

    /** Files up to a number, and how many more there are. */
    private static final class Files {
        private final String prefix;
        private final List<AccessedFile> files = new ArrayList<>();
        private long leftOut;

        Files(String prefix) {
            this.prefix = prefix;
        }

        void inProject(String name, Optional<BoundFile> bound, boolean read, boolean written, boolean deleted) {
            add(new AccessedFile(
                    prefix + name,
                    Optional.of(name),
                    bound.map(BoundFile::digest),
                    bound.map(BoundFile::binding),
                    read,
                    written,
                    deleted));
        }

        void outside(String path, SessionActivity.Touches touches) {
            if (touches.read() || touches.written() || touches.deleted()) {
                add(new AccessedFile(
                        path,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        touches.read(),
                        touches.written(),
                        touches.deleted()));
            }
        }

        private void add(AccessedFile file) {
            if (files.size() < MOST_FILES) {
                files.add(file);
            } else {
                leftOut++;
            }
        }
    }
}
