package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.cgroup.CgroupScope;
import dev.gleisner.adapters.linux.spawn.Descriptors;
import dev.gleisner.adapters.linux.spawn.InitProcess;
import dev.gleisner.adapters.linux.spawn.InitRecord;
import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.Confinement;
import dev.gleisner.adapters.linux.tape.Op;
import dev.gleisner.adapters.linux.tape.Probe;
import dev.gleisner.adapters.linux.tape.Tape;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.ProbeReport;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Starts init and hears it out until the command waits behind its last layer. Cleans up when anything fails. */
final class Staging {
    private static final int READY_MILLIS = 30_000;
    private static final int SIGKILL = 9;

    /** Says what is in force, or that it is not enough. */
    @FunctionalInterface
    interface Judge {
        EnforcementReport judge(long pid, Map<Layer, String> skipped, List<ProbeReport> probes)
                throws GleisnerException, SyscallException;
    }

    private final Tape tape;
    private final Errors errors;
    private final boolean forks;
    private final Map<Layer, String> skipped = new EnumMap<>(Layer.class);
    private final Map<Integer, Long> probed = new HashMap<>();
    private Optional<InitProcess> init = Optional.empty();
    private Optional<InitRecord.Failed> failed = Optional.empty();
    private long processOne;
    private OptionalInt listenerInside = OptionalInt.empty();
    private boolean ready;

    /**
     * @param forks whether the process that is spawned forks process 1 and ends; otherwise it is the reaper itself
     */
    Staging(Tape tape, boolean forks) {
        this.tape = tape;
        this.errors = new Errors(tape);
        this.forks = forks;
    }

    /**
     * The sandbox, with the command one byte away from its start.
     *
     * @param trapped whether the tape makes a listener
     */
    InitSandbox stage(
            Confinement.Stdio terminal, OutputTaps taps, boolean trapped, Optional<CgroupScope> cgroup, Judge judge)
            throws GleisnerException {
        Optional<Streams> streams = Optional.empty();
        Optional<Fd> pidfd = Optional.empty();
        Optional<Fd> listener = Optional.empty();
        try {
            Streams opened = Streams.open(terminal, taps);
            streams = Optional.of(opened);
            InitProcess started = InitProcess.start(tape, opened.sources());
            init = Optional.of(started);
            opened.closeChildEnds();
            hear(started);
            if (terminal.terminal()) {
                opened.master(Descriptors.receive(started.control()));
            }
            long pid = ProcFs.onlyChild(processOne);
            EnforcementReport report = judge.judge(pid, skipped, probeReports());
            pidfd = Optional.of(new Fd((int) Kernel.call("pidfd_open", SysNr.PIDFD_OPEN, pid, 0, 0)));
            if (trapped) {
                int theirs = listenerInside.orElseThrow();
                int number = pidfd.get().number();
                listener = Optional.of(new Fd((int) Kernel.call("pidfd_getfd", SysNr.PIDFD_GETFD, number, theirs, 0)));
            }
            return new InitSandbox(
                    started,
                    errors,
                    new InitSandbox.Family((int) processOne, pid, pidfd.get(), forks),
                    opened,
                    listener,
                    cgroup,
                    report);
        } catch (SyscallException e) {
            pidfd.ifPresent(Fd::close);
            listener.ifPresent(Fd::close);
            undo(streams);
            throw errors.lost(e);
        } catch (GleisnerException | RuntimeException | Error e) {
            pidfd.ifPresent(Fd::close);
            listener.ifPresent(Fd::close);
            undo(streams);
            throw e;
        }
    }

    /** Listens until the command waits. Process 1 may be heard before the one that tells its number. */
    private void hear(InitProcess started) throws GleisnerException, SyscallException {
        if (!forks) {
            processOne = started.pid();
        }
        while (!(ready && processOne != 0)) {
            Optional<InitRecord> next = started.next(READY_MILLIS);
            if (next.isEmpty()) {
                if (failed.isPresent()) {
                    throw errors.failed(failed.get());
                }
                throw new GleisnerException.HostLacks(
                        "build the sandbox",
                        started.finished()
                                ? "init was killed while it built it"
                                : "it did not stand within " + READY_MILLIS / 1000 + " s",
                        started.finished()
                                ? "look for \"oom\" or \"seccomp\" in the kernel's log; a seccomp policy with action"
                                        + " kill must allow read, write and execve"
                                : "look for a file system among the binds that does not answer");
            }
            accept(next.get());
            if (failed.isPresent() && processOne != 0) {
                throw errors.failed(failed.get());
            }
        }
        if (forks) {
            var _ = InitProcess.reap(started.pid());
        }
    }

    private void accept(InitRecord record) {
        switch (record) {
            case InitRecord.Value(var tag, var value) -> {
                if (tag == Tape.TAG_LISTENER) {
                    listenerInside = OptionalInt.of((int) value);
                } else {
                    processOne = value;
                }
            }
            case InitRecord.Failed failure -> failed = Optional.of(failure);
            case InitRecord.Skipped(var number, var errno) -> {
                Op op = tape.ops().get(number);
                Layer layer = op.layer();
                if (layer != null) {
                    skipped.put(layer, op.purpose() + ": " + op.call() + ": " + Errno.describe(errno));
                }
            }
            case InitRecord.Probed(var op, var result) -> probed.put(op, result);
            case InitRecord.Ready _ -> ready = true;
            case InitRecord.Ended _ -> throw new IllegalStateException("the command ended before its release");
        }
    }

    private List<ProbeReport> probeReports() {
        List<ProbeReport> reports = new ArrayList<>(tape.probes().size());
        for (Probe probe : tape.probes()) {
            Long result = probed.get(probe.op());
            reports.add(result == null ? probe.missing() : probe.judge(result));
        }
        return reports;
    }

    /** Leaves no process and no descriptor. */
    private void undo(Optional<Streams> streams) {
        if (init.isPresent()) {
            InitProcess started = init.get();
            // The release never comes: end of file ends the command-to-be, and with it its reaper.
            long _ = Kernel.raw(SysNr.KILL, started.pid(), SIGKILL, 0);
            var _ = InitProcess.reap(started.pid());
            if (forks) {
                findProcessOne(started);
                if (processOne > 0) {
                    long _ = Kernel.raw(SysNr.KILL, processOne, SIGKILL, 0);
                    var _ = InitProcess.reap((int) processOne);
                }
            }
            started.close();
        }
        streams.ifPresent(Streams::close);
    }

    /** Its number may still be in the pipe. */
    private void findProcessOne(InitProcess started) {
        try {
            while (processOne == 0) {
                Optional<InitRecord> next = started.next(0);
                if (next.isEmpty()) {
                    return;
                }
                if (next.get() instanceof InitRecord.Value(var tag, var value) && tag == Tape.TAG_PROCESS_ONE) {
                    processOne = value;
                }
            }
        } catch (SyscallException e) {
            processOne = 0; // then closing the control socket ends it, and the JVM's own end reaps it
        }
    }
}
