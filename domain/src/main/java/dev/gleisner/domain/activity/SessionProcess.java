package dev.gleisner.domain.activity;

import dev.gleisner.domain.sandbox.Exit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A process of a session, put together from all that was seen of it. */
public final class SessionProcess {
    private final long pid;
    private final List<Program> programs = new ArrayList<>(1);
    private long startMicros;
    private long parentPid;
    private Optional<SessionProcess> parent = Optional.empty();
    private Optional<Program> inherited = Optional.empty();
    private Optional<Exit> exit = Optional.empty();

    SessionProcess(long pid, long startMicros) {
        this.pid = pid;
        this.startMicros = startMicros;
    }

    /** As the host numbers it; 0 for what no source ascribes to a process. */
    public long pid() {
        return pid;
    }

    /** In microseconds since the machine was booted; 0 when not known. */
    public long startMicros() {
        return startMicros;
    }

    /** The number of the process that started it; 0 when not known. */
    public long parentPid() {
        return parentPid;
    }

    /** The process that started it, when that belongs to the session too. */
    public Optional<SessionProcess> parent() {
        return parent;
    }

    /** What it ran, one program after the other; none when it went on with its parent's. */
    public List<Program> programs() {
        return Collections.unmodifiableList(programs);
    }

    /** What its parent ran when it was forked. */
    public Optional<Program> inherited() {
        return inherited;
    }

    /** What it runs now. */
    public Optional<Program> current() {
        return programs.isEmpty() ? inherited : Optional.of(programs.getLast());
    }

    /** How it ended, when that was seen. */
    public Optional<Exit> exit() {
        return exit;
    }

    void startedAt(long micros) {
        if (startMicros == 0) {
            startMicros = micros;
        }
    }

    void forkedBy(SessionProcess process) {
        if (parent.isEmpty()) {
            parent = Optional.of(process);
            parentPid = process.pid();
            inherited = process.current();
        }
    }

    void parentIs(long number) {
        if (parentPid == 0) {
            parentPid = number;
        }
    }

    void runs(Program program) {
        programs.add(program);
    }

    void ended(Exit how) {
        if (exit.isEmpty()) {
            exit = Optional.of(how);
        }
    }
}
