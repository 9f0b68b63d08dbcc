package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.sys.SysNr;

/** A tape that tries whether this host lets us create the namespaces that all others depend on, and ends. */
public final class ProbingTape {
    private ProbingTape() {}

    /** The tape; it reports one value when all went well. */
    public static Tape tape() {
        TapeBuilder tape = new TapeBuilder();
        tape.purpose("create a user and a mount namespace");
        tape.call(SysNr.UNSHARE, "unshare", new Arg.Named(0x10000000 | 0x20000, "CLONE_NEWUSER|CLONE_NEWNS"));
        tape.report(1, "works", new Arg.Plain(1));
        tape.exit(0);
        return tape.build();
    }
}
