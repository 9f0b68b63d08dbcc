package dev.gleisner.adapters.linux;

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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A command that waits behind an init, or runs below it. */
final class InitSandbox implements StagedSandbox {
    private static final int SIGKILL = 9;

    /** How often a waiting thread looks whether it was interrupted; a record that arrives wakes it at once. */
    private static final int INTERRUPT_MILLIS = 100;

    /** How long exec may take before we stop to wait for its result; a large program on a cold disk needs seconds. */
    private static final int EXEC_MILLIS = 30_000;

    private final InitProcess init;
    private final Errors errors;
    private final int reaper;
    private final long pid;
    private final Fd pidfd;
    private final EnforcementReport enforcement;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Optional<Ended> ended = Optional.empty();
    private boolean reaped;

    /**
     * @param reaper the process that dies last; a child of ours
     * @param pid the command's process
     * @param pidfd of the command's process
     */
    InitSandbox(InitProcess init, Errors errors, int reaper, long pid, Fd pidfd, EnforcementReport enforcement) {
        this.init = init;
        this.errors = errors;
        this.reaper = reaper;
        this.pid = pid;
        this.pidfd = pidfd;
        this.enforcement = enforcement;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public EnforcementReport enforcement() {
        return enforcement;
    }

    @Override
    public void release() throws GleisnerException {
        try {
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
        ended = Optional.of(
                new Ended(exit, new ResourceUse(user, system, resident, Optional.empty(), Optional.empty())));
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
            return ended.get();
        } catch (SyscallException e) {
            throw errors.lost(e);
        }
    }

    /** Init itself was killed, and with it all that was inside. */
    private Ended killed() {
        Optional<Integer> status = reap();
        Exit exit = status.map(InitRecord::exit).orElse(new Exit.Signal(SIGKILL));
        return new Ended(
                exit instanceof Exit.Code ? new Exit.Signal(SIGKILL) : exit,
                new ResourceUse(
                        java.time.Duration.ZERO, java.time.Duration.ZERO, 0, Optional.empty(), Optional.empty()));
    }

    private synchronized Optional<Integer> reap() {
        if (reaped) {
            return Optional.empty();
        }
        reaped = true;
        return InitProcess.reap(reaper);
    }

    @Override
    public void signal(int signal) {
        if (pidfd.open()) {
            long result = Kernel.raw(SysNr.PIDFD_SEND_SIGNAL, pidfd.number(), signal, 0, 0, 0, 0);
            assert result == 0 || result == -Errno.ESRCH : result;
        }
    }

    @Override
    public void kill() {
        if (!reaped) { // a zombie keeps its number until we have reaped it, so nobody else can be hit
            long _ = Kernel.raw(SysNr.KILL, reaper, SIGKILL, 0);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            kill();
            var _ = reap();
            pidfd.close();
            init.close();
        }
    }
}
