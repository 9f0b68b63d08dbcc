package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.sandbox.SandboxSpec;

/**
 * The tape of the backend {@code none}: the command runs as the caller, unconfined, below a reaper that dies with the
 * supervisor and takes the command along.
 */
public final class NoneTape {
    private static final Arg.Named PDEATHSIG = new Arg.Named(1, "PR_SET_PDEATHSIG");
    private static final Arg.Named SIGKILL = new Arg.Named(9, "SIGKILL");
    private static final Arg.Named SUBREAPER = new Arg.Named(36, "PR_SET_CHILD_SUBREAPER");

    private NoneTape() {}

    /** The tape for that command. */
    public static Tape of(SandboxSpec spec, Confinement.Stdio stdio) {
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
        command.exec(spec);
        return tape.build();
    }
}
