package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.landlock.FdRule;
import dev.gleisner.adapters.linux.landlock.FsRight;
import dev.gleisner.adapters.linux.landlock.LandlockPlan;
import dev.gleisner.adapters.linux.landlock.LandlockUapi;
import dev.gleisner.adapters.linux.landlock.NetRight;
import dev.gleisner.adapters.linux.landlock.PathRule;
import dev.gleisner.adapters.linux.landlock.PortRule;
import dev.gleisner.adapters.linux.seccomp.SeccompProgram;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The tape of the native backend, in the order of the architecture: namespaces, mounts, network, privileges, limits,
 * Landlock, seccomp, exec. Three processes take part. The first one unshares and forks into the new pid namespace;
 * it does so with CLONE_PARENT, so that process 1 is our child and the first one can end. Process 1 builds the
 * sandbox, forks the command-to-be, and stays as the reaper.
 */
public final class NativeTape {
    private static final long CLONE_NEWTIME = 0x80;
    private static final long CLONE_NEWNS = 0x20000;
    private static final long CLONE_NEWCGROUP = 0x2000000;
    private static final long CLONE_NEWUTS = 0x4000000;
    private static final long CLONE_NEWIPC = 0x8000000;
    private static final long CLONE_NEWUSER = 0x10000000;
    private static final long CLONE_NEWPID = 0x20000000;
    private static final long CLONE_NEWNET = 0x40000000;

    private static final Arg.Named CLONE_PARENT = new Arg.Named(0x8000, "CLONE_PARENT");
    private static final Arg.Named CLONE_PLAIN = new Arg.Named(0, "0");
    private static final Arg.Named PDEATHSIG = new Arg.Named(1, "PR_SET_PDEATHSIG");
    private static final Arg.Named SIGKILL = new Arg.Named(9, "SIGKILL");
    private static final Arg.Named DUMPABLE = new Arg.Named(4, "PR_SET_DUMPABLE");
    private static final Arg.Named CAPBSET_DROP = new Arg.Named(24, "PR_CAPBSET_DROP");
    private static final Arg.Named SECUREBITS = new Arg.Named(28, "PR_SET_SECUREBITS");
    private static final Arg.Named NO_NEW_PRIVS = new Arg.Named(38, "PR_SET_NO_NEW_PRIVS");
    private static final Arg.Named CAP_AMBIENT = new Arg.Named(47, "PR_CAP_AMBIENT");
    private static final Arg.Named CLEAR_ALL = new Arg.Named(4, "PR_CAP_AMBIENT_CLEAR_ALL");
    private static final Arg.Named ONE = new Arg.Named(1, "1");

    /** NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE, all with KEEP_CAPS locked: root is an ordinary user. */
    private static final Arg.Named ALL_LOCKED = new Arg.Named(
            0xef,
            "SECBIT_NOROOT|SECBIT_NOROOT_LOCKED|SECBIT_NO_SETUID_FIXUP|SECBIT_NO_SETUID_FIXUP_LOCKED"
                    + "|SECBIT_KEEP_CAPS_LOCKED|SECBIT_NO_CAP_AMBIENT_RAISE|SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED");

    /** More than any kernel has capabilities; the kernel says EINVAL behind its last one. */
    private static final int CAPABILITIES = 64;

    /** Parts of /proc that tell about the host or act on it, whoever the caller is. See docs/adr/0003. */
    private static final List<String> PROC_MASKS =
            List.of("kcore", "keys", "key-users", "kallsyms", "timer_list", "sysrq-trigger", "latency_stats");

    private final SandboxSpec spec;
    private final HostFacts facts;
    private final Confinement confinement;
    private final TapeBuilder tape = new TapeBuilder();
    private final CommandTape command = new CommandTape(tape);

    private NativeTape(SandboxSpec spec, HostFacts facts, Confinement confinement) {
        this.spec = spec;
        this.facts = facts;
        this.confinement = confinement;
    }

    /**
     * The tape for that policy on that host.
     *
     * @throws GleisnerException when the policy asks for something that cannot be built
     */
    public static Tape of(SandboxSpec spec, HostFacts facts, Confinement confinement) throws GleisnerException {
        return new NativeTape(spec, facts, confinement).run();
    }

    private Tape run() throws GleisnerException {
        command.start();
        cgroup();
        namespaces();
        Arg.Cell processOne = tape.cell("process1");
        tape.purpose("fork into the pid namespace");
        tape.fork(processOne, CLONE_PARENT, () -> {
            tape.report(Tape.TAG_PROCESS_ONE, "process1", processOne);
            tape.exit(0);
        });
        tape.purpose("die with the supervisor");
        tape.prctl(PDEATHSIG, SIGKILL);
        tape.call(SysNr.SETSID, "setsid");
        if (wants(Layer.MOUNT_NAMESPACE)) {
            mounts();
        }
        hostname();
        loopback();
        capabilities();
        tape.purpose("close what building needed");
        command.closeFrom(Tape.CONTROL_FD + 1);
        // Before the fork: afterwards the command could be there first.
        tape.purpose("keep process 1 out of the command's reach");
        tape.prctl(DUMPABLE, Abi.ZERO);
        Arg.Cell child = tape.cell("command");
        tape.purpose("fork the command-to-be");
        tape.fork(child, CLONE_PLAIN, () -> {
            tape.call(SysNr.CLOSE, "close", new Arg.Plain(Tape.CONTROL_FD));
            tape.reap(child, wants(Layer.PID_NAMESPACE));
        });
        tape.purpose("let the supervisor look at the command's namespaces");
        tape.prctl(DUMPABLE, ONE);
        if (!wants(Layer.PID_NAMESPACE)) {
            tape.purpose("die with the reaper");
            tape.prctl(PDEATHSIG, SIGKILL);
        }
        command.session(confinement.stdio());
        tape.purpose("enter the working directory " + spec.workingDirectory());
        tape.call(SysNr.CHDIR, "chdir", new Arg.Text(spec.workingDirectory()));
        if (confinement.landlock().isPresent()) {
            landlock(confinement.landlock().get());
        }
        limits();
        command.closeOnExec();
        boolean trapLate = lets(SysNr.SECCOMP);
        if (!trapLate) {
            confinement.trap().ifPresent(command::trap);
        }
        if (confinement.seccomp().isPresent()) {
            seccomp(confinement.seccomp().get());
        }
        ProbeTape.append(tape, spec, facts, confinement, !trapLate);
        if (trapLate) {
            confinement.trap().ifPresent(command::trap);
        }
        command.exec(spec);
        return tape.build();
    }

    /** Whether the command-to-be may still make that call when its own filter is in force. */
    private boolean lets(int number) {
        return confinement.seccomp().isEmpty() || confinement.seccomp().get().lets(number, 0, 0, 0, 0, 0, 0);
    }

    private void cgroup() {
        if (confinement.cgroup().isPresent()) {
            tape.begin(Layer.CGROUPS, spec.requirement(Layer.CGROUPS));
            tape.purpose("join the cgroup of the command");
            tape.writeFile(confinement.cgroup().get() + "/cgroup.procs", "0");
            tape.end();
        }
    }

    private void landlock(LandlockPlan plan) {
        tape.begin(Layer.LANDLOCK, spec.requirement(Layer.LANDLOCK));
        tape.purpose("make the Landlock ruleset");
        byte[] attributes = plan.rulesetAttr();
        Arg.Cell ruleset = tape.cell("ruleset");
        tape.call(
                ruleset,
                SysNr.LANDLOCK_CREATE_RULESET,
                "landlock_create_ruleset",
                new Arg.Struct(
                        attributes,
                        "{handled_access_fs=0x" + Long.toHexString(plan.handledAccessFs()) + ", handled_access_net=0x"
                                + Long.toHexString(plan.handledAccessNet()) + ", scoped=0x"
                                + Long.toHexString(plan.scoped()) + "}"),
                new Arg.Plain(attributes.length),
                Abi.ZERO);
        for (PathRule rule : plan.paths()) {
            tape.purpose("allow by Landlock: " + rule.path() + " (" + rule.why() + ")");
            Arg.Cell path = tape.cell("path");
            tape.call(path, SysNr.OPENAT, "openat", Abi.AT_FDCWD, new Arg.Text(rule.path()), Abi.O_PATH);
            pathRule(
                    ruleset,
                    rule.access(),
                    new Arg.Struct(
                            rule.attr(0),
                            "{allowed_access=" + FsRight.names(rule.access()) + ", parent_fd=$path}",
                            List.of(),
                            List.of(new Arg.Embedded(LandlockUapi.PATH_BENEATH_FD_OFFSET, path))));
        }
        for (FdRule rule : plan.descriptors()) {
            tape.purpose("allow by Landlock: descriptor " + rule.fd() + " (" + rule.why() + ")");
            pathRule(
                    ruleset,
                    rule.access(),
                    new Arg.Struct(
                            rule.attr(),
                            "{allowed_access=" + FsRight.names(rule.access()) + ", parent_fd=" + rule.fd() + "}"));
        }
        for (PortRule rule : plan.ports()) {
            tape.purpose("allow by Landlock: port " + rule.port());
            tape.call(
                    SysNr.LANDLOCK_ADD_RULE,
                    "landlock_add_rule",
                    ruleset,
                    new Arg.Named(LandlockUapi.RULE_NET_PORT, "LANDLOCK_RULE_NET_PORT"),
                    new Arg.Struct(
                            rule.attr(),
                            "{allowed_access=" + NetRight.names(rule.access()) + ", port=" + rule.port() + "}"),
                    Abi.ZERO);
        }
        tape.purpose("apply the Landlock ruleset");
        tape.call(
                SysNr.LANDLOCK_RESTRICT_SELF,
                "landlock_restrict_self",
                ruleset,
                new Arg.Named(plan.restrictFlags(), "0x" + Long.toHexString(plan.restrictFlags())));
        command.closeFrom(Tape.CONTROL_FD + 1);
        tape.end();
    }

    private void pathRule(Arg.Cell ruleset, long access, Arg.Struct attributes) {
        assert access != 0;
        tape.call(
                SysNr.LANDLOCK_ADD_RULE,
                "landlock_add_rule",
                ruleset,
                new Arg.Named(LandlockUapi.RULE_PATH_BENEATH, "LANDLOCK_RULE_PATH_BENEATH"),
                attributes,
                Abi.ZERO);
    }

    private void seccomp(SeccompProgram program) {
        tape.begin(Layer.SECCOMP, spec.requirement(Layer.SECCOMP));
        tape.purpose("install the system call filter");
        Arg.Struct filter = new Arg.Struct(program.bytes(), "");
        tape.call(
                SysNr.SECCOMP,
                "seccomp",
                new Arg.Named(1, "SECCOMP_SET_MODE_FILTER"),
                Abi.ZERO,
                Abi.filter(program.size(), filter));
        tape.end();
    }

    private boolean wants(Layer layer) {
        return spec.wants(layer)
                && (layer != Layer.NETWORK_NAMESPACE || spec.network() instanceof NetworkAccess.Isolated);
    }

    private void namespaces() {
        if (facts.view().uid() == 0) {
            // User 0 of a user namespace may not be allowed to; an ordinary user never is.
            tape.purpose("drop supplementary groups");
            tape.quiet(tape.cell("groups"), SysNr.SETGROUPS, "setgroups", Abi.ZERO, Abi.NULL);
        }
        long required = 0;
        StringBuilder names = new StringBuilder();
        for (Namespace each : Namespace.values()) {
            if (wants(each.layer) && spec.requirement(each.layer) == Requirement.REQUIRED) {
                required |= each.flag;
                Abi.append(names, each.flag, each.flag, each.name);
            }
        }
        if (required != 0) {
            tape.purpose("create the namespaces");
            tape.call(SysNr.UNSHARE, "unshare", new Arg.Named(required, names.toString()));
        }
        for (Namespace each : Namespace.values()) {
            if (!wants(each.layer)) {
                continue;
            }
            boolean apart = spec.requirement(each.layer) != Requirement.REQUIRED;
            tape.begin(each.layer, spec.requirement(each.layer));
            if (apart) {
                tape.purpose("create the namespace " + each.layer.key());
                tape.call(SysNr.UNSHARE, "unshare", new Arg.Named(each.flag, each.name));
            }
            if (each == Namespace.USER) {
                identity();
            } else if (each == Namespace.TIME) {
                clocks();
            }
            tape.end();
        }
    }

    private void identity() {
        tape.purpose("keep the caller's user and group");
        tape.writeFile("/proc/self/setgroups", "deny");
        int uid = spec.identity().uid();
        int gid = spec.identity().gid();
        tape.writeFile("/proc/self/uid_map", uid + " " + facts.view().uid() + " 1");
        tape.writeFile("/proc/self/gid_map", gid + " " + facts.view().gid() + " 1");
    }

    private void clocks() {
        tape.purpose("let the clocks start near zero");
        tape.writeFile(
                "/proc/self/timens_offsets",
                "monotonic -" + facts.monotonicSeconds() + " 0\nboottime -" + facts.bootSeconds() + " 0\n");
    }

    private void mounts() throws GleisnerException {
        MountTape mounts = new MountTape(tape, facts.view());
        mounts.open(spec.mounts(), wants(Layer.PID_NAMESPACE));
        for (Mount mount : spec.mounts()) {
            mounts.add(mount);
        }
        HostView view = facts.view();
        List<String> masks = new ArrayList<>(PROC_MASKS.size());
        for (String name : PROC_MASKS) {
            if (view.kind("/proc/" + name).isPresent()) {
                masks.add(name);
            }
        }
        mounts.addKernelFileSystems(wants(Layer.IPC_NAMESPACE), masks);
        mounts.close();
    }

    private void hostname() {
        if (wants(Layer.UTS_NAMESPACE)) {
            String name = spec.identity().hostname();
            tape.begin(Layer.UTS_NAMESPACE, spec.requirement(Layer.UTS_NAMESPACE));
            tape.purpose("set the host name " + name);
            tape.call(
                    SysNr.SETHOSTNAME,
                    "sethostname",
                    new Arg.Bytes(name),
                    new Arg.Plain(name.getBytes(StandardCharsets.UTF_8).length));
            tape.end();
        }
    }

    private void loopback() {
        if (wants(Layer.NETWORK_NAMESPACE)) {
            tape.begin(Layer.NETWORK_NAMESPACE, spec.requirement(Layer.NETWORK_NAMESPACE));
            tape.purpose("bring the loopback interface up");
            byte[] request = new byte[40]; // struct ifreq: name, then flags
            request[0] = 'l';
            request[1] = 'o';
            request[16] = 1;
            Arg.Cell socket = tape.cell("socket");
            tape.call(
                    socket,
                    SysNr.SOCKET,
                    "socket",
                    new Arg.Named(2, "AF_INET"),
                    new Arg.Named(2 | 02000000, "SOCK_DGRAM|SOCK_CLOEXEC"),
                    Abi.ZERO);
            tape.call(
                    SysNr.IOCTL,
                    "ioctl",
                    socket,
                    new Arg.Named(0x8914, "SIOCSIFFLAGS"),
                    new Arg.Struct(request, "{ifr_name=\"lo\", ifr_flags=IFF_UP}"));
            tape.end();
        }
    }

    private void capabilities() {
        if (wants(Layer.CAPABILITIES)) {
            tape.begin(Layer.CAPABILITIES, spec.requirement(Layer.CAPABILITIES));
            tape.purpose("drop every capability");
            tape.prctl(SECUREBITS, ALL_LOCKED);
            tape.range(CAPABILITIES, SysNr.PRCTL, "prctl", CAPBSET_DROP, Abi.ZERO, Abi.ZERO, Abi.ZERO, Abi.ZERO);
            tape.prctl(CAP_AMBIENT, CLEAR_ALL);
            tape.call(
                    SysNr.CAPSET,
                    "capset",
                    new Arg.Struct(
                            new StructBytes(8).putInt(0, 0x20080522).bytes(),
                            "{version=_LINUX_CAPABILITY_VERSION_3, pid=0}"),
                    new Arg.Struct(new byte[24], "{effective=0, permitted=0, inheritable=0}"));
            tape.end();
        }
        if (wants(Layer.CAPABILITIES)
                || wants(Layer.LANDLOCK)
                || wants(Layer.SECCOMP)
                || confinement.trap().isPresent()) {
            tape.purpose("gain no privilege by exec");
            tape.prctl(NO_NEW_PRIVS, ONE);
        }
    }

    private void limits() {
        if (wants(Layer.RLIMITS)) {
            tape.begin(Layer.RLIMITS, spec.requirement(Layer.RLIMITS));
            tape.purpose("set resource limits");
            tape.rlimit(new Arg.Named(4, "RLIMIT_CORE"), 0);
            tape.rlimit(
                    new Arg.Named(7, "RLIMIT_NOFILE"),
                    atMost(spec.limits().fileDescriptors(), facts.hardFileDescriptors()));
            tape.rlimit(new Arg.Named(1, "RLIMIT_FSIZE"), atMost(spec.limits().fileSizeBytes(), facts.hardFileSize()));
            tape.rlimit(new Arg.Named(6, "RLIMIT_NPROC"), atMost(spec.limits().pids(), facts.hardProcesses()));
            tape.end();
        }
    }

    /** A hard limit of ours cannot be raised; -1 is none. */
    private static long atMost(long wanted, long hard) {
        return hard < 0 || wanted < hard ? wanted : hard;
    }

    /** The namespaces in the order in which they are created. */
    private enum Namespace {
        USER(Layer.USER_NAMESPACE, CLONE_NEWUSER, "CLONE_NEWUSER"),
        MOUNT(Layer.MOUNT_NAMESPACE, CLONE_NEWNS, "CLONE_NEWNS"),
        PID(Layer.PID_NAMESPACE, CLONE_NEWPID, "CLONE_NEWPID"),
        NETWORK(Layer.NETWORK_NAMESPACE, CLONE_NEWNET, "CLONE_NEWNET"),
        IPC(Layer.IPC_NAMESPACE, CLONE_NEWIPC, "CLONE_NEWIPC"),
        UTS(Layer.UTS_NAMESPACE, CLONE_NEWUTS, "CLONE_NEWUTS"),
        CGROUP(Layer.CGROUP_NAMESPACE, CLONE_NEWCGROUP, "CLONE_NEWCGROUP"),
        TIME(Layer.TIME_NAMESPACE, CLONE_NEWTIME, "CLONE_NEWTIME");

        private final Layer layer;
        private final long flag;
        private final String name;

        Namespace(Layer layer, long flag, String name) {
            this.layer = layer;
            this.flag = flag;
            this.name = name;
        }
    }
}
