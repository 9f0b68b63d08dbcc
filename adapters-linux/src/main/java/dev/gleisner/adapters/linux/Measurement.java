package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.Confinement;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.LayerReport.State;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads from the kernel, from outside, what holds for the command that waits: its namespaces, capabilities, filter,
 * limits and mounts. What the tape meant to do is not looked at, only why a best-effort step was left out.
 */
final class Measurement {
    private static final String ZERO = "0000000000000000";

    private final SandboxSpec spec;
    private final Confinement confinement;
    private final long pid;
    private final boolean root;
    private final Map<Layer, String> skipped;
    private final String status;

    /**
     * @param pid the command-to-be
     * @param root whether it runs as user 0
     * @param skipped why a best-effort layer is not there
     */
    Measurement(SandboxSpec spec, Confinement confinement, long pid, boolean root, Map<Layer, String> skipped)
            throws SyscallException {
        this.spec = spec;
        this.confinement = confinement;
        this.pid = pid;
        this.root = root;
        this.skipped = skipped;
        this.status = ProcFs.read("/proc/" + pid + "/status");
    }

    /** Every layer but cgroups, which has its own report. */
    List<LayerReport> layers() throws SyscallException {
        List<LayerReport> reports = new ArrayList<>(Layer.values().length);
        reports.add(namespace(Layer.USER_NAMESPACE, "user"));
        reports.add(mounts());
        reports.add(namespace(Layer.PID_NAMESPACE, "pid"));
        reports.add(namespace(Layer.NETWORK_NAMESPACE, "net"));
        reports.add(namespace(Layer.IPC_NAMESPACE, "ipc"));
        reports.add(namespace(Layer.UTS_NAMESPACE, "uts"));
        reports.add(namespace(Layer.CGROUP_NAMESPACE, "cgroup"));
        reports.add(namespace(Layer.TIME_NAMESPACE, "time"));
        reports.add(capabilities());
        reports.add(landlock());
        reports.add(seccomp());
        reports.add(limits());
        return reports;
    }

    private LayerReport report(Layer layer, State state, String detail) {
        return new LayerReport(layer, spec.requirement(layer), state, detail);
    }

    private LayerReport off(Layer layer) {
        return report(layer, State.ABSENT, "switched off by the profile");
    }

    private LayerReport namespace(Layer layer, String name) throws SyscallException {
        if (!spec.wants(layer)) {
            return off(layer);
        }
        if (layer == Layer.NETWORK_NAMESPACE && spec.network() instanceof NetworkAccess.Host) {
            return report(layer, State.ABSENT, "the profile shares the host's network");
        }
        String why = skipped.get(layer);
        if (why != null) {
            return report(layer, State.ABSENT, why);
        }
        String inside = ProcFs.link("/proc/" + pid + "/ns/" + name);
        return inside.equals(ProcFs.link("/proc/self/ns/" + name))
                ? report(layer, State.ABSENT, "it is the supervisor's own: " + inside)
                : report(layer, State.ENFORCED, inside);
    }

    private LayerReport mounts() throws SyscallException {
        LayerReport report = namespace(Layer.MOUNT_NAMESPACE, "mnt");
        if (report.state() != State.ENFORCED) {
            return report;
        }
        int count = 0;
        int roots = 0;
        String table = ProcFs.read("/proc/" + pid + "/mountinfo");
        for (int from = 0; from < table.length(); ) {
            int end = table.indexOf('\n', from);
            end = end < 0 ? table.length() : end;
            // id, parent, device, root, mount point, options
            int at = from;
            for (int i = 0; i < 4; i++) {
                at = table.indexOf(' ', at) + 1;
            }
            int pointEnd = table.indexOf(' ', at);
            String point = unescape(table.substring(at, pointEnd));
            int options = pointEnd + 1;
            count++;
            roots += point.equals("/") ? 1 : 0;
            if (mustBeReadOnly(point) && !table.startsWith("ro", options)) {
                return report(
                        Layer.MOUNT_NAMESPACE, State.ABSENT, point + " can be written, against the policy: broken");
            }
            from = end + 1;
        }
        if (roots != 1) {
            return report(Layer.MOUNT_NAMESPACE, State.ABSENT, "the host's tree is still below the root: broken");
        }
        return report(Layer.MOUNT_NAMESPACE, State.ENFORCED, report.detail() + ", " + count + " mounts");
    }

    /** Undoes the octal escapes of white space and backslash, and the byte-wise reading. */
    private static String unescape(String field) {
        byte[] bytes = field.getBytes(StandardCharsets.ISO_8859_1);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length) {
                bytes[length++] = (byte) ((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | (bytes[i + 3] - '0'));
                i += 3;
            } else {
                bytes[length++] = bytes[i];
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private boolean mustBeReadOnly(String point) {
        if (point.equals("/") || point.equals("/proc") || point.startsWith("/proc/")) {
            return true;
        }
        boolean readOnly = false;
        int best = -1;
        for (Mount mount : spec.mounts()) {
            String target = mount.target();
            boolean covers = point.startsWith(target)
                    && (point.length() == target.length() || point.charAt(target.length()) == '/');
            if (covers && target.length() >= best && !(mount instanceof Mount.Symlink)) {
                best = target.length();
                readOnly = switch (mount) {
                    case Mount.Bind bind -> bind.readOnly();
                    case Mount.Tmpfs _ -> false;
                    case Mount.MaskDirectory _, Mount.MaskFile _, Mount.SyntheticFile _, Mount.Symlink _ -> true;
                };
            }
        }
        return readOnly;
    }

    private LayerReport capabilities() {
        if (!spec.wants(Layer.CAPABILITIES)) {
            return off(Layer.CAPABILITIES);
        }
        StringBuilder left = new StringBuilder();
        for (String set : new String[] {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"}) {
            String value = ProcFs.field(status, set);
            if (!value.equals(ZERO)) {
                left.append(left.isEmpty() ? "" : ", ").append(set).append(' ').append(value);
            }
        }
        if (!ProcFs.field(status, "NoNewPrivs:").equals("1")) {
            left.append(left.isEmpty() ? "" : ", ").append("NoNewPrivs: 0");
        }
        String why = skipped.get(Layer.CAPABILITIES);
        return left.isEmpty()
                ? report(Layer.CAPABILITIES, State.ENFORCED, "all sets empty, NoNewPrivs 1")
                : report(Layer.CAPABILITIES, State.ABSENT, why == null ? left.toString() : why);
    }

    private LayerReport landlock() {
        if (confinement.landlock().isEmpty()) {
            return off(Layer.LANDLOCK);
        }
        String why = skipped.get(Layer.LANDLOCK);
        return why == null ? confinement.landlock().get().report(spec) : report(Layer.LANDLOCK, State.ABSENT, why);
    }

    private LayerReport seccomp() {
        if (confinement.seccomp().isEmpty()) {
            return report(
                    Layer.SECCOMP,
                    State.ABSENT,
                    spec.wants(Layer.SECCOMP) ? "the profile's preset is disabled" : "switched off by the profile");
        }
        String mode = ProcFs.field(status, "Seccomp:");
        String why = skipped.get(Layer.SECCOMP);
        return mode.equals("2") && why == null // a sensor's filter alone gives this mode, too
                ? report(
                        Layer.SECCOMP,
                        State.ENFORCED,
                        "preset " + spec.seccomp().preset().key() + ", action "
                                + spec.seccomp().action().key() + ", "
                                + confinement.seccomp().get().size() + " instructions")
                : report(Layer.SECCOMP, State.ABSENT, why == null ? "Seccomp: " + mode : why);
    }

    private LayerReport limits() throws SyscallException {
        if (!spec.wants(Layer.RLIMITS)) {
            return off(Layer.RLIMITS);
        }
        String why = skipped.get(Layer.RLIMITS);
        if (why != null) {
            return report(Layer.RLIMITS, State.ABSENT, why);
        }
        StringBuilder detail = new StringBuilder();
        boolean held = limit("core", 4, 0, detail);
        held = limit("nofile", 7, spec.limits().fileDescriptors(), detail) && held;
        held = limit("fsize", 1, spec.limits().fileSizeBytes(), detail) && held;
        held = limit("nproc", 6, spec.limits().pids(), detail) && held;
        if (root) {
            detail.append(" (the kernel does not hold user 0 to nproc)");
        }
        return report(Layer.RLIMITS, held ? State.ENFORCED : State.ABSENT, detail.toString());
    }

    /** Whether the limit is that or lower; -1 in the kernel is none. */
    private boolean limit(String name, int resource, long wanted, StringBuilder detail) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(16, 8);
            long _ = Kernel.call("prlimit64", SysNr.PRLIMIT64, pid, resource, 0, pair.address(), 0, 0);
            long hard = pair.get(ValueLayout.JAVA_LONG, 8);
            detail.append(detail.isEmpty() ? "" : ", ").append(name).append(' ').append(hard);
            return hard >= 0 && hard <= wanted;
        }
    }
}
