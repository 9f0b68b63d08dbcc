package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.landlock.LandlockPlan;
import dev.gleisner.adapters.linux.seccomp.SeccompProgram;
import dev.gleisner.adapters.linux.seccomp.Verdict;
import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attempts at what must fail, made by the command-to-be with every layer in force. None of them changes anything, held
 * or not.
 */
final class ProbeTape {
    private static final Arg.Named O_DIRECTORY = new Arg.Named(0200000 | 02000000, "O_RDONLY|O_DIRECTORY|O_CLOEXEC");

    /** Two entries, "." and "..", of 24 bytes each: struct linux_dirent64. */
    private static final long EMPTY_DIRECTORY = 48;

    private final TapeBuilder tape;
    private final SandboxSpec spec;
    private final HostFacts facts;
    private final Confinement confinement;
    private final boolean trapped;

    private ProbeTape(TapeBuilder tape, SandboxSpec spec, HostFacts facts, Confinement confinement, boolean trapped) {
        this.trapped = trapped;
        this.tape = tape;
        this.spec = spec;
        this.facts = facts;
        this.confinement = confinement;
    }

    /**
     * Appends the probes.
     *
     * @param trapped whether calls already wait for a sensor, which is not there yet: what would wait is not tried
     */
    static void append(TapeBuilder tape, SandboxSpec spec, HostFacts facts, Confinement confinement, boolean trapped) {
        new ProbeTape(tape, spec, facts, confinement, trapped).run();
    }

    private void run() {
        if (spec.wants(Layer.PID_NAMESPACE)) {
            probe(
                    "host-process",
                    "signal the supervisor by its number on the host",
                    SysNr.KILL,
                    "kill",
                    List.of(-(long) Errno.ESRCH),
                    new Arg.Plain(facts.supervisor()),
                    Abi.ZERO);
            Optional<LandlockPlan> landlock = confinement.landlock();
            if (landlock.isPresent() && landlock.get().scoped() != 0) {
                probe(
                        "landlock-scope",
                        "signal process 1, which is outside of the Landlock domain",
                        SysNr.KILL,
                        "kill",
                        List.of(-(long) Errno.EPERM),
                        new Arg.Plain(1),
                        Abi.ZERO);
            }
        }
        if (spec.wants(Layer.MOUNT_NAMESPACE)) {
            probe(
                    "process-one-root",
                    "open /proc/1/root",
                    SysNr.OPENAT,
                    "openat",
                    List.of(-(long) Errno.EACCES, -(long) Errno.ENOENT),
                    Abi.AT_FDCWD,
                    new Arg.Text("/proc/1/root"),
                    O_DIRECTORY);
            probe(
                    "unmount",
                    "unmount /proc",
                    SysNr.UMOUNT2,
                    "umount2",
                    List.of(-(long) Errno.EPERM),
                    new Arg.Text("/proc"),
                    Abi.MNT_DETACH);
            masks();
        }
        if (spec.wants(Layer.NETWORK_NAMESPACE) && spec.network() instanceof NetworkAccess.Isolated) {
            network();
        }
        if (confinement.seccomp().isPresent()) {
            filtered(
                    "user-namespace",
                    "unshare a user namespace",
                    SysNr.UNSHARE,
                    "unshare",
                    new Arg.Named(0x10000000, "CLONE_NEWUSER"));
            filtered(
                    "vsock",
                    "make a vsock socket",
                    SysNr.SOCKET,
                    "socket",
                    new Arg.Named(40, "AF_VSOCK"),
                    new Arg.Named(1, "SOCK_STREAM"),
                    Abi.ZERO);
        }
    }

    private void masks() {
        Arg.Struct buffer = new Arg.Struct(new byte[64], "buffer");
        for (Mount mount : spec.mounts()) {
            if (mount instanceof Mount.MaskFile(var target, var _)) {
                read(
                        "masked-file",
                        "read the masked file " + target,
                        target,
                        Abi.O_RDONLY,
                        SysNr.READ,
                        "read",
                        0,
                        buffer);
            } else if (mount instanceof Mount.MaskDirectory(var target, var _)) {
                read(
                        "masked-directory",
                        "list the masked directory " + target,
                        target,
                        O_DIRECTORY,
                        SysNr.GETDENTS64,
                        "getdents64",
                        EMPTY_DIRECTORY,
                        buffer);
            }
        }
    }

    /** Opens and reads; an open that fails leaves a cell that the read cannot use. */
    private void read(
            String id,
            String attempt,
            String target,
            Arg.Named flags,
            int call,
            String name,
            long empty,
            Arg.Struct buffer) {
        if (blocked(SysNr.OPENAT, Abi.AT_FDCWD.value(), 0, flags.value()) || blocked(call)) {
            return;
        }
        Arg.Cell file = tape.cell("masked");
        tape.purpose("probe: " + attempt);
        tape.quiet(file, SysNr.OPENAT, "openat", Abi.AT_FDCWD, new Arg.Text(target), flags);
        List<Long> accepted = new ArrayList<>(List.of(empty, -(long) Errno.EBADF));
        refusal(call).ifPresent(accepted::add);
        tape.probe(id, attempt, accepted, call, name, file, buffer, new Arg.Plain(64));
    }

    private void network() {
        if (blocked(SysNr.SOCKET, 2, 2) || blocked(SysNr.CONNECT)) {
            return;
        }
        Arg.Cell socket = tape.cell("socket");
        tape.purpose("probe: leave the network namespace");
        tape.quiet(
                socket,
                SysNr.SOCKET,
                "socket",
                new Arg.Named(2, "AF_INET"),
                new Arg.Named(2 | 02000000, "SOCK_DGRAM|SOCK_CLOEXEC"),
                Abi.ZERO);
        // struct sockaddr_in: family, port 9, 192.0.2.1 (TEST-NET-1 of RFC 5737)
        byte[] address = {2, 0, 0, 9, (byte) 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0};
        List<Long> accepted = new ArrayList<>(List.of(-(long) Errno.ENETUNREACH, -(long) Errno.EBADF));
        refusal(SysNr.CONNECT).ifPresent(accepted::add);
        tape.probe(
                "network",
                "connect a socket to 192.0.2.1, an address of nobody",
                accepted,
                SysNr.CONNECT,
                "connect",
                socket,
                new Arg.Struct(address, "{AF_INET, 192.0.2.1:9}"),
                new Arg.Plain(address.length));
    }

    /** A call that only the filter refuses; left out where the policy lets it through. */
    private void filtered(String id, String attempt, int number, String name, Arg... args) {
        Optional<Long> refusal = refusal(number, values(args));
        if (refusal.isPresent()) {
            tape.purpose("probe: " + attempt);
            tape.probe(id, attempt, List.of(refusal.get()), number, name, args);
        }
    }

    private void probe(String id, String attempt, int number, String name, List<Long> expected, Arg... args) {
        if (blocked(number, values(args))) {
            return; // the attempt would end or stop the command-to-be; the filter itself is read back
        }
        List<Long> accepted = new ArrayList<>(expected);
        Optional<Long> refusal = refusal(number, values(args));
        if (refusal.isPresent() && !accepted.contains(refusal.get())) {
            accepted.add(refusal.get());
        }
        tape.purpose("probe: " + attempt);
        tape.probe(id, attempt, accepted, number, name, args);
    }

    private static long[] values(Arg... args) {
        long[] values = new long[6];
        for (int i = 0; i < args.length; i++) {
            values[i] = switch (args[i]) {
                case Arg.Plain(var value) -> value;
                case Arg.Named(var value, var _) -> value;
                default -> 0;
            };
        }
        return values;
    }

    /** Whether the attempt would not come back. */
    private boolean blocked(int number, long... args) {
        Verdict verdict = verdict(confinement.seccomp(), number, args);
        if (verdict instanceof Verdict.Kill) {
            return true;
        }
        // What the other filter refuses does not wait.
        boolean refused = verdict instanceof Verdict.Refuse;
        Optional<SeccompProgram> trap = confinement.trap().map(Confinement.Trap::program);
        return trapped && !refused && verdict(trap, number, args) instanceof Verdict.Notify;
    }

    private Optional<Long> refusal(int number, long... args) {
        return verdict(confinement.seccomp(), number, args) instanceof Verdict.Refuse(var errno)
                ? Optional.of(-(long) errno)
                : Optional.empty();
    }

    private static Verdict verdict(Optional<SeccompProgram> program, int number, long... args) {
        if (program.isEmpty()) {
            return new Verdict.Allow();
        }
        long[] six = new long[6];
        System.arraycopy(args, 0, six, 0, args.length);
        return program.get().evaluate(number, SeccompProgram.ARCH_X86_64, six);
    }
}
