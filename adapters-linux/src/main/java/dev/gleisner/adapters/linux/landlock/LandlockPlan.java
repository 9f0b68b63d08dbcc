package dev.gleisner.adapters.linux.landlock;

import static dev.gleisner.adapters.linux.landlock.FsRight.EXECUTE;
import static dev.gleisner.adapters.linux.landlock.FsRight.IOCTL_DEV;
import static dev.gleisner.adapters.linux.landlock.FsRight.MAKE_BLOCK;
import static dev.gleisner.adapters.linux.landlock.FsRight.MAKE_CHAR;
import static dev.gleisner.adapters.linux.landlock.FsRight.MAKE_DIR;
import static dev.gleisner.adapters.linux.landlock.FsRight.MAKE_REG;
import static dev.gleisner.adapters.linux.landlock.FsRight.READ_DIR;
import static dev.gleisner.adapters.linux.landlock.FsRight.READ_FILE;
import static dev.gleisner.adapters.linux.landlock.FsRight.REFER;
import static dev.gleisner.adapters.linux.landlock.FsRight.REMOVE_DIR;
import static dev.gleisner.adapters.linux.landlock.FsRight.REMOVE_FILE;
import static dev.gleisner.adapters.linux.landlock.FsRight.RESOLVE_UNIX;
import static dev.gleisner.adapters.linux.landlock.FsRight.TRUNCATE;
import static dev.gleisner.adapters.linux.landlock.FsRight.WRITE_FILE;

import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.HostView.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Landlock is to be told for one policy on one kernel. A pure function of both.
 *
 * <p>Every right that the kernel knows is handled, so what no rule grants is refused; devices cannot be made anywhere.
 * The rules follow the mounts: a read-only bind may be read and executed, a writable one and a tmpfs may be changed.
 * Landlock is hierarchical and has no deny rules, so two things below an allowed directory are left to the mount
 * layer alone: masks, and what is read-only below something writable; {@link #mountLayerOnly()} lists them. Every
 * directory may be listed: the tree holds nothing but what the policy put there, and names are visible to stat(2)
 * in any case. Nothing in {@code /proc} can be written, be it {@code oom_score_adj} or another process's memory.
 *
 * <p>Network. In a network namespace of its own the command reaches nothing but itself, and servers on its own
 * loopback are ordinary work, so TCP is not handled there. Without that namespace an isolated policy handles TCP (and
 * UDP from ABI 10) and allows no port at all. On the host's network a list of ports restricts outgoing TCP.
 *
 * <p>Landlock does not cover stat, chmod, chown, utimes, TCP fast open, MPTCP and io_uring_setup: the mount layer and
 * seccomp do.
 *
 * @param abi what the plan is for
 * @param handledAccessFs {@code handled_access_fs}
 * @param handledAccessNet {@code handled_access_net}
 * @param scoped {@code scoped}
 * @param restrictFlags flags of landlock_restrict_self(2)
 * @param paths rules for paths, parents before children
 * @param descriptors rules for inherited descriptors
 * @param ports rules for ports
 * @param mountLayerOnly paths where the mount layer forbids what these rules allow
 * @param missing what the policy asks of Landlock and this kernel cannot do
 */
public record LandlockPlan(
        LandlockAbi abi,
        long handledAccessFs,
        long handledAccessNet,
        long scoped,
        long restrictFlags,
        List<PathRule> paths,
        List<FdRule> descriptors,
        List<PortRule> ports,
        List<String> mountLayerOnly,
        List<String> missing) {

    private static final long READ = FsRight.of(EXECUTE, READ_FILE, READ_DIR);
    private static final long NO_DEVICES = ~FsRight.of(MAKE_CHAR, MAKE_BLOCK, IOCTL_DEV, RESOLVE_UNIX);
    private static final long DEVICE = FsRight.of(READ_FILE, WRITE_FILE, IOCTL_DEV);
    private static final long SCRATCH =
            FsRight.of(READ_FILE, WRITE_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, REFER, TRUNCATE);

    public LandlockPlan {
        paths = List.copyOf(paths);
        descriptors = List.copyOf(descriptors);
        ports = List.copyOf(ports);
        mountLayerOnly = List.copyOf(mountLayerOnly);
        missing = List.copyOf(missing);
    }

    /** The plan for that policy on that kernel; without Landlock it handles nothing and says so. */
    public static LandlockPlan of(SandboxSpec spec, LandlockAbi abi, Layout layout) {
        if (!abi.present()) {
            return new LandlockPlan(
                    abi,
                    0,
                    0,
                    0,
                    0,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(abi.availability().summary()));
        }
        int version = abi.used();
        long handledFs = FsRight.known(version);
        List<String> missing = new ArrayList<>();
        if (version < 3) {
            missing.add("truncate(2) is not covered (needs ABI 3, Linux 6.2)");
        }

        List<String> mountLayerOnly = new ArrayList<>();
        List<PathRule> paths = pathRules(spec, layout, handledFs, mountLayerOnly);
        List<FdRule> descriptors = new ArrayList<>();
        for (FdRule rule : layout.descriptors()) {
            long access = rule.access() & handledFs;
            if (access != 0) {
                descriptors.add(new FdRule(rule.fd(), access, rule.why()));
            }
        }

        long handledNet = 0;
        List<PortRule> ports = new ArrayList<>();
        switch (spec.network()) {
            case NetworkAccess.Isolated _ -> {
                if (!layout.networkNamespace()) {
                    handledNet = NetRight.known(version);
                    if (version < 4) {
                        missing.add("TCP is not restricted (needs ABI 4, Linux 6.7)");
                    } else if (version < 10) {
                        missing.add("UDP is not restricted (needs ABI 10, Linux 7.2)");
                    }
                }
            }
            case NetworkAccess.Host(var connectPorts) -> {
                if (!connectPorts.isEmpty() && version < 4) {
                    missing.add("TCP ports are not restricted (needs ABI 4, Linux 6.7)");
                } else if (!connectPorts.isEmpty()) {
                    handledNet = NetRight.CONNECT_TCP.bit();
                    for (int port : connectPorts) {
                        ports.add(new PortRule(port, NetRight.CONNECT_TCP.bit()));
                    }
                }
            }
        }

        long scoped = 0;
        if (version >= 6) {
            scoped = LandlockUapi.SCOPE_ABSTRACT_UNIX_SOCKET | LandlockUapi.SCOPE_SIGNAL;
        } else {
            missing.add("abstract unix sockets and signals are not scoped (needs ABI 6, Linux 6.12)");
        }
        // The init's own last steps are not worth a record; domains that the command nests in ours stay audible.
        long flags = version >= 7
                ? LandlockUapi.RESTRICT_SELF_LOG_SAME_EXEC_OFF | LandlockUapi.RESTRICT_SELF_LOG_NEW_EXEC_ON
                : 0;
        return new LandlockPlan(
                abi, handledFs, handledNet, scoped, flags, paths, descriptors, ports, mountLayerOnly, missing);
    }

    private static List<PathRule> pathRules(
            SandboxSpec spec, Layout layout, long handled, List<String> mountLayerOnly) {
        Map<String, PathRule> rules = new LinkedHashMap<>();
        add(rules, handled, new PathRule("/", READ_DIR.bit(), true, "directories can be listed"));
        if (layout.proc().isPresent()) {
            long access = FsRight.of(READ_FILE, READ_DIR);
            add(rules, handled, new PathRule(layout.proc().get(), access, true, "own processes, read only"));
        }
        for (String path : layout.devices()) {
            add(rules, handled, new PathRule(path, DEVICE, false, "harmless device"));
        }
        for (String path : layout.terminals()) {
            add(rules, handled, new PathRule(path, DEVICE | READ_DIR.bit(), true, "terminals of the sandbox"));
        }
        for (String path : layout.scratch()) {
            add(rules, handled, new PathRule(path, SCRATCH, true, "shared memory and queues of the sandbox"));
        }
        Map<String, Mount> topmost = new LinkedHashMap<>();
        for (Mount mount : spec.mounts()) {
            topmost.remove(mount.target()); // a later mount covers an earlier one
            topmost.put(mount.target(), mount);
        }
        for (Mount mount : topmost.values()) {
            switch (mount) {
                case Mount.Bind(var source, var target, var readOnly, var reason) -> {
                    Kind kind = layout.kinds().apply(source).orElse(Kind.DIRECTORY);
                    if (readOnly && granted(rules, target, WRITE_FILE.bit())) {
                        mountLayerOnly.add(target);
                    }
                    add(rules, handled, new PathRule(target, bound(kind, readOnly), kind == Kind.DIRECTORY, reason));
                }
                case Mount.Tmpfs(var target, var _, var _, var reason) ->
                    add(rules, handled, new PathRule(target, NO_DEVICES, true, reason));
                case Mount.SyntheticFile(var target, var _, var reason) -> {
                    if (granted(rules, target, WRITE_FILE.bit())) {
                        mountLayerOnly.add(target);
                    }
                    add(rules, handled, new PathRule(target, READ_FILE.bit(), false, reason));
                }
                case Mount.MaskDirectory(var target, var _) -> mountLayerOnly.add(target);
                case Mount.MaskFile(var target, var _) -> mountLayerOnly.add(target);
                case Mount.Symlink _ -> {
                    // what it points at has a rule of its own, or none
                }
            }
        }
        return new ArrayList<>(rules.values());
    }

    private static long bound(Kind kind, boolean readOnly) {
        return switch (kind) {
            case DIRECTORY -> readOnly ? READ : NO_DEVICES;
            case FILE -> readOnly ? FsRight.of(EXECUTE, READ_FILE) : NO_DEVICES;
            // A device or socket was named one by one, so it is meant to be used.
            case OTHER -> FsRight.of(READ_FILE, RESOLVE_UNIX) | (readOnly ? 0 : DEVICE);
        };
    }

    /** Adds what no rule of a parent grants already; what a rule grants holds for all that is mounted below, too. */
    private static void add(Map<String, PathRule> rules, long handled, PathRule wanted) {
        long access = wanted.access() & handled & (wanted.directory() ? -1L : FsRight.forFiles());
        if (access == 0 || granted(rules, wanted.path(), access)) {
            return;
        }
        PathRule old = rules.get(wanted.path());
        rules.put(
                wanted.path(),
                new PathRule(
                        wanted.path(), access | (old == null ? 0 : old.access()), wanted.directory(), wanted.why()));
    }

    private static boolean granted(Map<String, PathRule> rules, String path, long access) {
        long found = 0;
        String at = path;
        while (true) {
            PathRule rule = rules.get(at);
            found |= rule == null ? 0 : rule.access();
            if ((access & ~found) == 0) {
                return true;
            }
            if (at.equals("/")) {
                return false;
            }
            int slash = at.lastIndexOf('/');
            at = slash <= 0 ? "/" : at.substring(0, slash);
        }
    }

    /** {@code struct landlock_ruleset_attr}, in the size that a kernel of this ABI knows. */
    public byte[] rulesetAttr() {
        ByteBuffer bytes = ByteBuffer.allocate(LandlockUapi.rulesetAttrSize(abi.used()))
                .order(ByteOrder.nativeOrder())
                .putLong(handledAccessFs);
        if (bytes.hasRemaining()) {
            bytes.putLong(handledAccessNet);
        }
        if (bytes.hasRemaining()) {
            bytes.putLong(scoped); // the masks of quiet accesses after it stay 0: nothing is quiet
        }
        return bytes.array();
    }

    /** Whether there is anything to apply. */
    public boolean present() {
        return abi.present();
    }

    /** What is in force once the plan is applied. */
    public LayerReport.State state() {
        if (!present()) {
            return LayerReport.State.ABSENT;
        }
        return missing.isEmpty() ? LayerReport.State.ENFORCED : LayerReport.State.PARTIAL;
    }

    /** What it comes to, such as {@code ABI 7, 14 path rules, scopes abstract-unix-socket+signal, audit log on}. */
    public String summary() {
        if (!present()) {
            return missing.getFirst();
        }
        StringBuilder text = new StringBuilder("ABI ").append(abi.version());
        text.append(", ").append(paths.size() + descriptors.size()).append(" path rules");
        if (handledAccessNet != 0) {
            text.append(", ").append(NetRight.names(handledAccessNet)).append(" on ");
            text.append(ports.isEmpty() ? "no port" : ports.size() == 1 ? "1 port" : ports.size() + " ports");
        }
        if (scoped != 0) {
            text.append(", scopes abstract-unix-socket+signal");
        }
        if (restrictFlags != 0) {
            text.append(", audit log on");
        }
        for (String each : missing) {
            text.append("; ").append(each);
        }
        return text.toString();
    }

    /** The layer's entry in the report. */
    public LayerReport report(SandboxSpec spec) {
        return new LayerReport(Layer.LANDLOCK, spec.requirement(Layer.LANDLOCK), state(), summary());
    }
}
