package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What every init does first and every command-to-be does last, confined or not. */
final class CommandTape {
    private static final Arg.Named TIOCSPTLCK = new Arg.Named(0x40045431, "TIOCSPTLCK");
    private static final Arg.Named TIOCGPTPEER = new Arg.Named(0x5441, "TIOCGPTPEER");
    private static final Arg.Named TIOCSCTTY = new Arg.Named(0x540e, "TIOCSCTTY");
    private static final Arg.Named O_RDWR_NOCTTY = new Arg.Named(2 | 0400 | 02000000, "O_RDWR|O_NOCTTY|O_CLOEXEC");

    private final TapeBuilder tape;

    CommandTape(TapeBuilder tape) {
        this.tape = tape;
    }

    /** Leaves nothing of the supervisor's state behind. */
    void start() {
        tape.purpose("start with a clean state");
        closeFrom(Tape.CONTROL_FD + 1);
        // Java threads block SIGQUIT, and a parent may have ignored SIGCHLD; neither is for the command.
        tape.call(
                SysNr.RT_SIGPROCMASK,
                "rt_sigprocmask",
                new Arg.Named(2, "SIG_SETMASK"),
                new Arg.Struct(new byte[8], "[]"),
                Abi.NULL,
                new Arg.Plain(8));
        tape.call(
                SysNr.RT_SIGACTION,
                "rt_sigaction",
                new Arg.Named(17, "SIGCHLD"),
                new Arg.Struct(new byte[32], "{sa_handler=SIG_DFL}"),
                Abi.NULL,
                new Arg.Plain(8));
    }

    /** Closes that descriptor and all above it. */
    void closeFrom(int first) {
        tape.call(SysNr.CLOSE_RANGE, "close_range", new Arg.Plain(first), new Arg.Named(0xffffffffL, "~0U"), Abi.ZERO);
    }

    /** A session of its own and, if there is a person, a terminal of its own, whose master the supervisor gets. */
    void session(Confinement.Stdio stdio) {
        tape.purpose("give the command a session of its own");
        tape.call(SysNr.SETSID, "setsid");
        if (!stdio.terminal()) {
            return;
        }
        tape.purpose("give the command a terminal of its own");
        Arg.Cell master = tape.cell("master");
        Arg.Cell terminal = tape.cell("terminal");
        tape.call(master, SysNr.OPENAT, "openat", Abi.AT_FDCWD, new Arg.Text("/dev/ptmx"), O_RDWR_NOCTTY);
        tape.call(SysNr.IOCTL, "ioctl", master, TIOCSPTLCK, new Arg.Struct(new byte[4], "[0]"));
        tape.call(terminal, SysNr.IOCTL, "ioctl", master, TIOCGPTPEER, O_RDWR_NOCTTY);
        sendDescriptor(master);
        tape.close(master);
        tape.call(SysNr.IOCTL, "ioctl", terminal, TIOCSCTTY, Abi.ZERO);
        boolean[] streams = {stdio.in(), stdio.out(), stdio.err()};
        for (int i = 0; i < streams.length; i++) {
            if (streams[i]) {
                tape.call(SysNr.DUP2, "dup2", terminal, new Arg.Plain(i));
            }
        }
        tape.close(terminal);
    }

    /**
     * Lets system calls wait for a sensor from here on, and tells the supervisor the listener's number. It has to fetch
     * it: sendmsg waits for the sensor, too. The kernel closes it on exec.
     */
    void trap(Confinement.Trap trap) {
        tape.purpose("let a sensor see system calls before they are made");
        Arg.Cell listener = tape.cell("listener");
        Arg.Struct filter = new Arg.Struct(trap.program().bytes(), "");
        tape.call(
                listener,
                SysNr.SECCOMP,
                "seccomp",
                new Arg.Named(1, "SECCOMP_SET_MODE_FILTER"),
                new Arg.Named(trap.flags(), "0x" + Long.toHexString(trap.flags())),
                Abi.filter(trap.program().size(), filter));
        tape.report(Tape.TAG_LISTENER, "listener", listener);
    }

    /** Sends a descriptor through the control socket: SCM_RIGHTS of unix(7), with one byte as the message. */
    private void sendDescriptor(Arg.Cell descriptor) {
        // struct iovec {base, length}; struct cmsghdr {length, SOL_SOCKET, SCM_RIGHTS} and the descriptor, padded
        Arg.Struct vector = new Arg.Struct(
                new StructBytes(16).putLong(8, 1).bytes(),
                "[{iov_base=\"t\", iov_len=1}]",
                List.of(new Arg.Pointer(0, new Arg.Bytes("t"))),
                List.of());
        Arg.Struct rights = new Arg.Struct(
                new StructBytes(24).putLong(0, 20).putInt(8, 1).putInt(12, 1).bytes(),
                "{SCM_RIGHTS, [$" + descriptor.name() + "]}",
                List.of(),
                List.of(new Arg.Embedded(16, descriptor)));
        Arg.Struct message = new Arg.Struct(
                new StructBytes(56).putLong(24, 1).putLong(40, 24).bytes(),
                "{msg_iov=" + vector.printed() + ", msg_control=" + rights.printed() + "}",
                List.of(new Arg.Pointer(16, vector), new Arg.Pointer(32, rights)),
                List.of());
        tape.call(SysNr.SENDMSG, "sendmsg", new Arg.Plain(Tape.CONTROL_FD), message, Abi.ZERO);
    }

    /** Marks what init uses itself, so that exec closes it. */
    void closeOnExec() {
        tape.purpose("leave the command no descriptor but its standard streams");
        tape.call(
                SysNr.CLOSE_RANGE,
                "close_range",
                new Arg.Plain(Tape.TAPE_FD),
                new Arg.Named(0xffffffffL, "~0U"),
                new Arg.Named(4, "CLOSE_RANGE_CLOEXEC"));
    }

    /** Waits for the release, then becomes the command. */
    void exec(SandboxSpec spec) {
        tape.purpose("wait for the release");
        tape.awaitRelease();
        List<String> environment = new ArrayList<>(spec.environment().size());
        for (Map.Entry<String, String> entry : spec.environment().entrySet()) {
            environment.add(entry.getKey() + "=" + entry.getValue());
        }
        environment.sort(Comparator.naturalOrder());
        tape.purpose("start " + spec.argv().getFirst());
        tape.exec(spec.argv(), environment);
    }
}
