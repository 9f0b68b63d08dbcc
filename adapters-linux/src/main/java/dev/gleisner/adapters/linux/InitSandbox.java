package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.cgroup.CgroupScope;
import dev.gleisner.adapters.linux.cgroup.CgroupUse;
import dev.gleisner.adapters.linux.spawn.InitProcess;
import dev.gleisner.adapters.linux.spawn.InitRecord;
import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.ResourceUse;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.StagedSandbox;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

/** A command that waits behind an init, or runs below it. */
final class InitSandbox implements StagedSandbox {
    private static final int SIGKILL = 9;

    /** How often a waiting thread looks whether it was interrupted; a record that arrives wakes it at once. */
    private static final int INTERRUPT_MILLIS = 100;

    /** How long exec may take before we stop to wait for its result; a large program on a cold disk needs seconds. */
    private static final int EXEC_MILLIS = 30_000;

    /**
     * The processes.
     *
     * @param reaper the one that dies last; a child of ours
     * @param command the one that is or becomes the command
     * @param pidfd of the command
     * @param namespace whether the reaper's death kills all others
     */
    record Family(int reaper, long command, Fd pidfd, boolean namespace) {}

    private final InitProcess init;
    private final Errors errors;
    private final Family family;
    private final Streams streams;
    private final Optional<Fd> listener;
    private final Optional<CgroupScope> cgroup;
    private final EnforcementReport enforcement;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Object life = new Object();
    private Optional<Ended> ended = Optional.empty();
    private boolean reaped;

    InitSandbox(
            InitProcess init,
            Errors errors,
            Family family,
            Streams streams,
            Optional<Fd> listener,
            Optional<CgroupScope> cgroup,
            EnforcementReport enforcement) {
        this.init = init;
        this.errors = errors;
        this.family = family;
        this.streams = streams;
        this.listener = listener;
        this.cgroup = cgroup;
        this.enforcement = enforcement;
    }

    @Override
    public long pid() {
        return family.command();
    }

    @Override
    public OptionalInt listener() {
        return listener.isPresent() ? OptionalInt.of(listener.get().number()) : OptionalInt.empty();
    }

    @Override
    public EnforcementReport enforcement() {
        return enforcement;
    }

    @Override
    public synchronized void release() throws GleisnerException {
        try {
            streams.start();
            init.release();
            if (!init.awaitExec(EXEC_MILLIS)) {
                throw new GleisnerException.HostLacks(
                        "start the command",
                        "exec has not come back within " + EXEC_MILLIS / 1000 + " s",
                        "look at the file system that holds it: it does not answer");
            }
            // A record that is there already is either the failure of exec, or the end of a very short command.
            accept(init.next(0));
        } catch (SyscallException e) {
            throw errors.lost(e);
        }
    }

    private void accept(Optional<InitRecord> record) throws GleisnerException {
        if (record.isEmpty()) {
            return;
        }
        if (record.get() instanceof InitRecord.Failed failed) {
            throw errors.failed(failed);
        }
        if (!(record.get() instanceof InitRecord.Ended(var exit, var user, var system, var resident))) {
            throw new IllegalStateException("init reported out of turn: " + record.get());
        }
        ended = Optional.of(new Ended(exit, resources(user, system, resident)));
    }

    private ResourceUse resources(Duration user, Duration system, long resident) {
        Optional<CgroupUse> use = cgroup.map(CgroupScope::use);
        return new ResourceUse(
                user, system, resident, use.flatMap(CgroupUse::peakMemoryBytes), use.flatMap(CgroupUse::oomKills));
    }

    @Override
    public synchronized Ended await() throws GleisnerException, InterruptedException {
        try {
            while (ended.isEmpty()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while the command runs");
                }
                accept(init.next(INTERRUPT_MILLIS));
                if (ended.isEmpty() && init.finished()) {
                    ended = Optional.of(killed());
                }
            }
            streams.drain();
            return ended.get();
        } catch (SyscallException e) {
            throw errors.lost(e);
        }
    }

    /** Init itself was killed, and with it all that was inside; what it used is not known then. */
    private Ended killed() {
        Optional<Exit> exit = reap().map(InitRecord::exit);
        return new Ended(
                exit.isPresent() && exit.get() instanceof Exit.Signal ? exit.get() : new Exit.Signal(SIGKILL),
                resources(Duration.ZERO, Duration.ZERO, 0));
    }

    private Optional<Integer> reap() {
        synchronized (life) {
            if (reaped) {
                return Optional.empty();
            }
            reaped = true;
            return InitProcess.reap(family.reaper());
        }
    }

    @Override
    public void signal(int signal) {
        if (!closed.get()) {
            long result = Kernel.raw(SysNr.PIDFD_SEND_SIGNAL, family.pidfd().number(), signal, 0);
            assert result == 0 || result == -Errno.ESRCH : result;
        }
    }

    @Override
    public void kill() {
        synchronized (life) {
            if (reaped) {
                return; // before that even a zombie keeps its number, so nobody else can be hit
            }
            if (family.namespace()) {
                long _ = Kernel.raw(SysNr.KILL, family.reaper(), SIGKILL, 0);
            } else {
                // The reaper kills what is left when the command has ended; the command leads its own group.
                long _ = Kernel.raw(SysNr.PIDFD_SEND_SIGNAL, family.pidfd().number(), SIGKILL, 0);
            }
            cgroup.ifPresent(CgroupScope::kill);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            kill();
            var _ = reap();
            family.pidfd().close();
            streams.close();
            listener.ifPresent(Fd::close);
            init.close();
            cgroup.ifPresent(CgroupScope::close);
        }
    }
}
