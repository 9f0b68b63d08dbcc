package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.util.Optional;

/**
 * The tape of the backend {@code none}: the command runs as the caller, unconfined, below a reaper that dies with the
 * supervisor and takes the command along.
 */
public final class NoneTape {
    private static final Arg.Named PDEATHSIG = new Arg.Named(1, "PR_SET_PDEATHSIG");
    private static final Arg.Named SIGKILL = new Arg.Named(9, "SIGKILL");
    private static final Arg.Named SUBREAPER = new Arg.Named(36, "PR_SET_CHILD_SUBREAPER");

    private static final Arg.Named NO_NEW_PRIVS = new Arg.Named(38, "PR_SET_NO_NEW_PRIVS");

    private NoneTape() {}

    /**
     * The tape for that command.
     *
     * @param stdio which of the standard streams become a terminal of its own
     * @param trap what makes system calls wait for a sensor; empty when none is to wait
     */
    public static Tape of(SandboxSpec spec, Confinement.Stdio stdio, Optional<Confinement.Trap> trap) {
        TapeBuilder tape = new TapeBuilder();
        CommandTape command = new CommandTape(tape);
        command.start();
        tape.purpose("die with the supervisor");
        tape.prctl(PDEATHSIG, SIGKILL);
        tape.call(SysNr.SETSID, "setsid");
        tape.purpose("inherit what the command leaves behind");
        tape.prctl(SUBREAPER, new Arg.Plain(1));
        Arg.Cell child = tape.cell("command");
        tape.purpose("fork the command-to-be");
        tape.fork(child, new Arg.Plain(0), () -> {
            tape.call(SysNr.CLOSE, "close", new Arg.Plain(Tape.CONTROL_FD));
            tape.reap(child, false);
        });
        tape.purpose("die with the reaper");
        tape.prctl(PDEATHSIG, SIGKILL);
        command.session(stdio);
        tape.purpose("enter the working directory " + spec.workingDirectory());
        tape.call(SysNr.CHDIR, "chdir", new Arg.Text(spec.workingDirectory()));
        command.closeOnExec();
        if (trap.isPresent()) {
            // The kernel lets an ordinary user filter no program that could gain privileges.
            tape.purpose("gain no privilege by exec");
            tape.prctl(NO_NEW_PRIVS, new Arg.Plain(1));
            command.trap(trap.get());
        }
        command.exec(spec);
        return tape.build();
    }
}
