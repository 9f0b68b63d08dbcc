package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.spawn.InitRecord;
import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.Op;
import dev.gleisner.adapters.linux.tape.Tape;
import dev.gleisner.adapters.linux.tape.TapePrinter;
import dev.gleisner.ports.GleisnerException;

/** Turns what init says into words: which step, why, and what can be done. */
final class Errors {
    private final Tape tape;

    Errors(Tape tape) {
        this.tape = tape;
    }

    /** The error for a fatal operation that failed. */
    GleisnerException failed(InitRecord.Failed failed) {
        if (failed.op() < 0 || failed.op() >= tape.ops().size()) {
            return new GleisnerException.KernelRefused(
                    "start init",
                    "it cannot read its tape: " + Errno.describe(failed.errno()),
                    failed.errno(),
                    "report this; no command was started",
                    null);
        }
        Op op = tape.ops().get(failed.op());
        String why = op.call() + ": " + Errno.describe(failed.errno());
        if (op.number() == SysNr.EXECVE) {
            return command(op.purpose(), why, failed.errno());
        }
        return new GleisnerException.KernelRefused(op.purpose(), why, failed.errno(), fix(op, failed.errno()), null);
    }

    /** As a shell tells it: 127 when there is no such command, 126 when it cannot be executed. */
    private static GleisnerException command(String what, String why, int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENOTDIR ->
                new GleisnerException.CommandNotStarted(
                        127,
                        what,
                        why,
                        "the file or its interpreter does not exist inside: bind it, or check the name");
            case Errno.EACCES ->
                new GleisnerException.CommandNotStarted(
                        126, what, why, "make it executable, and see that the profile lets it be read");
            case Errno.ENOEXEC ->
                new GleisnerException.CommandNotStarted(
                        126, what, why, "it is no program and has no #! line: name its interpreter in the command");
            default ->
                new GleisnerException.CommandNotStarted(
                        126, what, why, "check that the command can be started outside of the sandbox");
        };
    }

    /** The error when the channel to init breaks. */
    GleisnerException lost(SyscallException cause) {
        return new GleisnerException.KernelRefused(
                "talk to the sandbox",
                cause.getMessage() == null ? "unknown" : cause.getMessage(),
                cause.errno(),
                "run it again; if it happens again, report it",
                cause);
    }

    private static String fix(Op op, int errno) {
        return switch (op.number()) {
            case SysNr.UNSHARE -> NamespaceHelp.fix(errno);
            case SysNr.OPENAT2 ->
                errno == Errno.ELOOP
                        ? "a symbolic link has taken the place of a real path: run it again, or name the real path"
                        : "the path must exist already: nothing is ever created in the host's directories";
            case SysNr.FSCONFIG, SysNr.FSMOUNT ->
                errno == Errno.EPERM
                        ? "this host hides parts of /proc or forbids this file system, as containers do: run outside of"
                                + " the container, or give it an unmasked /proc"
                        : "see `gleisner doctor` for what this kernel offers";
            default -> "see `gleisner doctor` for what this kernel offers; the step was " + TapePrinter.line(op);
        };
    }
}
