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
        return new GleisnerException.KernelRefused(
                op.purpose(),
                op.call() + ": " + Errno.describe(failed.errno()),
                failed.errno(),
                fix(op, failed.errno()),
                null);
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
            case SysNr.EXECVE ->
                switch (errno) {
                    case Errno.ENOENT ->
                        "the file or its interpreter does not exist inside: bind it, or check the name";
                    case Errno.EACCES -> "make it executable, and see that it lies on no file system mounted noexec";
                    case Errno.ENOEXEC -> "it is no program and has no #! line: name its interpreter in the command";
                    default -> "check that the command can be started outside of the sandbox";
                };
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
