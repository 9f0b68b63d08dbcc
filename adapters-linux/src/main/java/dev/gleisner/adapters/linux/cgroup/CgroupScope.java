package dev.gleisner.adapters.linux.cgroup;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One group for one command, with its limits. Closing it kills what is in it, removes it, and undoes what was changed
 * above it.
 *
 * <p>The name is {@code gleisner-<id>-p<pid of the supervisor>}, so that a later run can remove what a killed
 * supervisor left.
 */
public final class CgroupScope implements AutoCloseable {
    private static final String PREFIX = "gleisner-";
    private static final long CPU_PERIOD_MICROS = 100_000;
    private static final long LARGEST_PAGE = 65_536;
    private static final long EMPTY_WITHIN_MILLIS = 2_000;
    private static final int SIGKILL = 9;

    private final CgroupFs fs;
    private final String base;
    private final String directory;
    private final String pid;
    private final List<String> enabled = new ArrayList<>();
    private final List<CgroupLimit> limits = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<String> leaf = Optional.empty();
    private Optional<String> leftover = Optional.empty();
    private boolean closed;

    private CgroupScope(CgroupFs fs, String base, String name, String pid) {
        this.fs = fs;
        this.base = base;
        this.directory = base + "/" + name;
        this.pid = pid;
    }

    /**
     * Makes the group, enables the controllers it needs, writes the limits and reads them back. A limit that cannot
     * be had is no error here; {@link #limits()} and {@link #report} tell.
     *
     * @param delegation one that is {@link CgroupDelegation#usable()}
     * @param id letters, digits and hyphens; unique among the sessions of this host
     * @param ioMax lines for {@code io.max}, such as {@code 8:0 wbps=1048576}; empty for none
     * @throws GleisnerException.KernelRefused when no group can be made
     */
    public static CgroupScope create(CgroupDelegation delegation, String id, ResourceLimits wanted, List<String> ioMax)
            throws GleisnerException {
        return create(new KernelCgroupFs(), delegation, id, wanted, ioMax, KernelCgroupFs.ownPid());
    }

    static CgroupScope create(
            CgroupFs fs, CgroupDelegation delegation, String id, ResourceLimits wanted, List<String> ioMax, String pid)
            throws GleisnerException {
        if (!delegation.usable()) {
            throw new IllegalArgumentException(delegation.problem());
        }
        String base = delegation.base().get();
        sweep(fs, base);
        CgroupScope scope = new CgroupScope(fs, base, PREFIX + id + "-p" + pid, pid);
        try {
            fs.make(scope.directory);
        } catch (SyscallException e) {
            throw new GleisnerException.KernelRefused(
                    "make a cgroup for the command",
                    e.getMessage() == null ? "refused" : e.getMessage(),
                    e.errno(),
                    "remove old groups below " + base + ", or set cgroups = \"best-effort\" under [layers]",
                    e);
        }
        scope.enable(delegation, !ioMax.isEmpty());
        scope.limit("memory.max", Long.toString(wanted.memoryBytes()), true);
        scope.limit("cpu.max", wanted.cpuPercent() * (CPU_PERIOD_MICROS / 100) + " " + CPU_PERIOD_MICROS, true);
        scope.limit("pids.max", Long.toString(wanted.pids()), true);
        // Swap would let the command use more than memory.max says; a kernel without swap has no such file.
        scope.limit("memory.swap.max", "0", false);
        scope.limit("memory.oom.group", "1", false);
        for (String line : ioMax) {
            scope.limit("io.max", line, true);
        }
        return scope;
    }

    /** Removes empty groups of supervisors that are gone. */
    private static void sweep(CgroupFs fs, String base) {
        for (String name : fs.children(base)) {
            int mark = name.lastIndexOf("-p");
            if (!name.startsWith(PREFIX) || mark < 0) {
                continue;
            }
            try {
                long owner = Long.parseLong(name.substring(mark + 2));
                if (owner > 0 && Kernel.raw(SysNr.KILL, owner, 0, 0) == -Errno.ESRCH) {
                    fs.remove(base + "/" + name);
                }
            } catch (NumberFormatException | SyscallException _) {
                // not ours, or not empty: it stays
            }
        }
    }

    private void enable(CgroupDelegation delegation, boolean io) {
        List<String> wanted = new ArrayList<>(delegation.controllers());
        if (io) {
            wanted.add("io");
        }
        List<String> already = CgroupDelegation.words(fs.read(base + "/cgroup.subtree_control"));
        wanted.removeAll(already);
        if (wanted.isEmpty()) {
            return;
        }
        if (delegation.moveSelf()) {
            String own = base + "/" + PREFIX + "supervisor-p" + pid;
            try {
                fs.make(own);
                leaf = Optional.of(own);
                fs.write(own + "/cgroup.procs", pid);
            } catch (SyscallException e) {
                notes.add(String.valueOf(e.getMessage()));
                return;
            }
        }
        for (String controller : wanted) {
            try {
                fs.write(base + "/cgroup.subtree_control", "+" + controller);
                enabled.add(controller);
            } catch (SyscallException e) {
                notes.add(explain(e, controller));
            }
        }
    }

    private String explain(SyscallException e, String controller) {
        return switch (e.errno()) {
            case Errno.EBUSY -> controller + " cannot be enabled: processes are in " + base;
            case Errno.ENOENT -> controller + " is not offered to " + base;
            case Errno.EACCES, Errno.EPERM -> controller + " cannot be enabled: no write access to " + base;
            default -> String.valueOf(e.getMessage());
        };
    }

    private void limit(String file, String wanted, boolean counts) {
        String path = directory + "/" + file;
        if (fs.read(path).isEmpty()) {
            if (counts) {
                limits.add(new CgroupLimit(file, wanted, "no controller", false));
            }
            return;
        }
        try {
            fs.write(path, wanted);
        } catch (SyscallException e) {
            limits.add(new CgroupLimit(file, wanted, Errno.describe(e.errno()), false));
            return;
        }
        String found = fs.read(path).orElse("unreadable");
        limits.add(new CgroupLimit(file, wanted, found, same(file, wanted, found)));
    }

    private static boolean same(String file, String wanted, String found) {
        if (file.equals("io.max")) {
            for (String line : found.split("\n")) {
                if (sameIo(wanted, line)) {
                    return true;
                }
            }
            return false;
        }
        if (!file.equals("memory.max")) {
            return found.equals(wanted);
        }
        try {
            long limit = Long.parseLong(found); // the kernel rounds down to whole pages
            long asked = Long.parseLong(wanted);
            return limit <= asked && limit > asked - LARGEST_PAGE;
        } catch (NumberFormatException _) {
            return false; // "max"
        }
    }

    /** The kernel answers with all four keys of a device. */
    private static boolean sameIo(String wanted, String line) {
        List<String> found = List.of(line.split(" "));
        String[] words = wanted.split(" ");
        if (!found.getFirst().equals(words[0])) {
            return false;
        }
        for (String word : words) {
            if (!found.contains(word)) {
                return false;
            }
        }
        return true;
    }

    /** The group's directory on the host, for CLONE_INTO_CGROUP. */
    public String directory() {
        return directory;
    }

    /** Every limit and what became of it. */
    public List<CgroupLimit> limits() {
        return List.copyOf(limits);
    }

    /**
     * Moves a process, with all its threads, into the group; what it starts from then on is in it, too. Its cgroup
     * namespace should be made after this, so that the group is its root.
     *
     * @throws GleisnerException.KernelRefused when the kernel does not allow it
     */
    public void place(long process) throws GleisnerException {
        try {
            fs.write(directory + "/cgroup.procs", Long.toString(process));
        } catch (SyscallException e) {
            String why = switch (e.errno()) {
                case Errno.EACCES -> "moving needs write access to cgroup.procs of the group above both, " + base;
                case Errno.EBUSY -> "the group has controllers for groups of its own";
                case Errno.ESRCH -> "the process has ended";
                case Errno.EOPNOTSUPP -> "the group is threaded";
                default -> Errno.describe(e.errno());
            };
            throw new GleisnerException.KernelRefused(
                    "put process " + process + " into " + directory,
                    why,
                    e.errno(),
                    "start gleisner in a group of its own: systemd-run --user --scope -p Delegate=yes gleisner …",
                    e);
        }
    }

    /** Whether that process is in the group, by the group's own list. */
    public boolean contains(long process) {
        return CgroupDelegation.words(fs.read(directory + "/cgroup.procs")).contains(Long.toString(process));
    }

    /** The layer's entry in the report: what is in force now, read again. */
    public LayerReport report(SandboxSpec spec) {
        StringBuilder held = new StringBuilder();
        StringBuilder lacking = new StringBuilder();
        int heldCount = 0;
        int lackingCount = 0;
        for (CgroupLimit limit : limits) {
            boolean now = limit.held()
                    && same(
                            limit.file(),
                            limit.wanted(),
                            fs.read(directory + "/" + limit.file()).orElse(""));
            if (now) {
                held.append(held.isEmpty() ? "" : ", ").append(limit.file()).append('=');
                held.append(limit.wanted());
                heldCount++;
            } else {
                lacking.append(lacking.isEmpty() ? "" : ", ")
                        .append(limit.file())
                        .append(" (");
                lacking.append(limit.held() ? "was taken away" : limit.found()).append(')');
                lackingCount++;
            }
        }
        StringBuilder detail = new StringBuilder(held);
        if (lackingCount > 0) {
            detail.append(held.isEmpty() ? "" : "; ").append("not in force: ").append(lacking);
        }
        for (String note : notes) {
            detail.append("; ").append(note);
        }
        LayerReport.State state = heldCount == 0
                ? LayerReport.State.ABSENT
                : lackingCount == 0 ? LayerReport.State.ENFORCED : LayerReport.State.PARTIAL;
        return new LayerReport(Layer.CGROUPS, spec.requirement(Layer.CGROUPS), state, detail.toString());
    }

    /** What the group has used so far. */
    public CgroupUse use() {
        String cpu = fs.read(directory + "/cpu.stat").orElse("");
        return new CgroupUse(
                key(cpu, "user_usec").map(CgroupScope::micros),
                key(cpu, "system_usec").map(CgroupScope::micros),
                key(cpu, "throttled_usec").map(CgroupScope::micros),
                number("memory.peak"),
                key(fs.read(directory + "/memory.events").orElse(""), "oom_kill"),
                number("pids.peak"),
                key(fs.read(directory + "/pids.events").orElse(""), "max"));
    }

    private static Duration micros(long value) {
        return Duration.ofNanos(value * 1000);
    }

    private Optional<Long> number(String file) {
        return fs.read(directory + "/" + file).flatMap(CgroupScope::parse);
    }

    private static Optional<Long> key(String text, String key) {
        for (String line : text.split("\n")) {
            if (line.startsWith(key) && line.length() > key.length() && line.charAt(key.length()) == ' ') {
                return parse(line.substring(key.length() + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> parse(String text) {
        try {
            return Optional.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /** Kills every process in the group, groups in it included. */
    public void kill() {
        try {
            fs.write(directory + "/cgroup.kill", "1");
        } catch (SyscallException _) {
            // before Linux 5.14: one by one, until a look finds none
            for (int round = 0; round < 100; round++) {
                List<String> members = CgroupDelegation.words(fs.read(directory + "/cgroup.procs"));
                if (members.isEmpty()) {
                    return;
                }
                for (String member : members) {
                    parse(member).filter(each -> each > 0).ifPresent(CgroupScope::signalKill);
                }
            }
        }
    }

    private static void signalKill(long process) {
        long unused = Kernel.raw(SysNr.KILL, process, SIGKILL, 0);
        assert unused <= 0;
    }

    private boolean empty() {
        return key(fs.read(directory + "/cgroup.events").orElse("populated 0"), "populated")
                        .orElse(0L)
                == 0;
    }

    /** What could not be removed by {@link #close()}; empty when all was. */
    public Optional<String> leftover() {
        return leftover;
    }

    /**
     * Kills what is in the group, waits until it is empty (two seconds at most), removes it, disables the controllers
     * that were enabled for it, and moves the supervisor back. Closing twice does no harm.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        kill();
        long pause = 1;
        long waited = 0;
        boolean interrupted = false;
        while (!empty() && waited < EMPTY_WITHIN_MILLIS) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException _) {
                interrupted = true;
            }
            waited += pause;
            pause = Math.min(pause * 2, 50);
        }
        try {
            removeTree(directory);
            for (String controller : enabled) {
                // Another session may live in the same group and need them: then EBUSY, and they stay.
                if (!otherSessions()) {
                    fs.write(base + "/cgroup.subtree_control", "-" + controller);
                }
            }
            if (leaf.isPresent()) {
                fs.write(base + "/cgroup.procs", pid);
                fs.remove(leaf.get());
            }
        } catch (SyscallException e) {
            leftover = Optional.of(String.valueOf(e.getMessage()));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean otherSessions() {
        for (String name : fs.children(base)) {
            if (name.startsWith(PREFIX) && !leaf.equals(Optional.of(base + "/" + name))) {
                return true;
            }
        }
        return false;
    }

    private void removeTree(String group) throws SyscallException {
        for (String child : fs.children(group)) {
            removeTree(group + "/" + child);
        }
        fs.remove(group);
    }
}
