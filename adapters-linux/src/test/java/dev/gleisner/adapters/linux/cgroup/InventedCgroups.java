package dev.gleisner.adapters.linux.cgroup;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A cgroup2 hierarchy with the kernel's rules, as far as our code depends on them. */
final class InventedCgroups implements CgroupFs {
    static final String TOP = "/sys/fs/cgroup";

    private static final Map<String, List<String>> FILES = Map.of(
            "memory", List.of("memory.max", "memory.swap.max", "memory.oom.group", "memory.peak", "memory.events"),
            "cpu", List.of("cpu.max"),
            "pids", List.of("pids.max", "pids.peak", "pids.events"),
            "io", List.of("io.max"));

    private static final class Group {
        final Set<String> enabled = new TreeSet<>();
        final List<String> procs = new ArrayList<>();
        final Map<String, String> files = new HashMap<>();
    }

    private final TreeMap<String, Group> groups = new TreeMap<>();
    private final Set<String> offered;
    private final Set<String> readOnly = new HashSet<>();

    InventedCgroups(String... offered) {
        this.offered = new TreeSet<>(List.of(offered));
        groups.put(TOP, new Group());
    }

    /** A group that is there from the start. */
    InventedCgroups group(String path, String enabled, String... procs) {
        Group group = new Group();
        groups.put(TOP + path, group);
        group.enabled.addAll(CgroupDelegation.words(Optional.of(enabled)));
        group.procs.addAll(List.of(procs));
        return this;
    }

    /** Belongs to somebody else. */
    InventedCgroups foreign(String... paths) {
        for (String path : paths) {
            readOnly.add(TOP + path);
        }
        return this;
    }

    void set(String file, String text) {
        groups.get(parent(file)).files.put(name(file), text);
    }

    List<String> procs(String group) {
        return groups.get(group).procs;
    }

    boolean exists(String group) {
        return groups.containsKey(group);
    }

    Set<String> enabled(String group) {
        return groups.get(group).enabled;
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private Set<String> controllers(String group) {
        return group.equals(TOP) ? offered : groups.get(parent(group)).enabled;
    }

    private boolean populated(String group) {
        for (Map.Entry<String, Group> each : groups.entrySet()) {
            boolean inside = each.getKey().equals(group) || each.getKey().startsWith(group + "/");
            if (inside && !each.getValue().procs.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<String> read(String file) {
        String at = parent(file);
        Group group = groups.get(at);
        if (group == null) {
            return Optional.empty();
        }
        String name = name(file);
        if (group.files.containsKey(name)) {
            return Optional.of(group.files.get(name));
        }
        return switch (name) {
            case "cgroup.controllers" -> Optional.of(String.join(" ", controllers(at)));
            case "cgroup.subtree_control" -> Optional.of(String.join(" ", group.enabled));
            case "cgroup.procs" -> Optional.of(String.join("\n", group.procs));
            case "cgroup.type" -> at.equals(TOP) ? Optional.empty() : Optional.of("domain");
            case "cgroup.events" -> Optional.of("populated " + (populated(at) ? 1 : 0) + "\nfrozen 0");
            default ->
                !at.equals(TOP)
                                && controllerOf(name)
                                        .map(controllers(at)::contains)
                                        .orElse(false)
                        ? Optional.of("max")
                        : Optional.empty();
        };
    }

    private static Optional<String> controllerOf(String file) {
        for (Map.Entry<String, List<String>> each : FILES.entrySet()) {
            if (each.getValue().contains(file)) {
                return Optional.of(each.getKey());
            }
        }
        return Optional.empty();
    }

    @Override
    public void write(String file, String text) throws SyscallException {
        String at = parent(file);
        Group group = groups.get(at);
        if (group == null) {
            throw new SyscallException("open " + file, Errno.ENOENT);
        }
        if (readOnly.contains(at)) {
            throw new SyscallException("open " + file, Errno.EACCES);
        }
        switch (name(file)) {
            case "cgroup.subtree_control" -> enable(at, group, text);
            case "cgroup.procs" -> move(at, group, text);
            case "cgroup.kill" ->
                groups.forEach((path, each) -> {
                    if (path.equals(at) || path.startsWith(at + "/")) {
                        each.procs.clear();
                    }
                });
            case "memory.max" -> group.files.put("memory.max", Long.toString(Long.parseLong(text) & ~4095L));
            case "io.max" -> group.files.put("io.max", text + " rbps=max riops=max");
            default -> {
                if (read(file).isEmpty()) {
                    throw new SyscallException("open " + file, Errno.ENOENT);
                }
                group.files.put(name(file), text);
            }
        }
    }

    private void enable(String at, Group group, String text) throws SyscallException {
        String controller = text.substring(1);
        if (text.charAt(0) == '-') {
            for (String child : children(at)) {
                if (groups.get(at + "/" + child).enabled.contains(controller)) {
                    throw new SyscallException("disable", Errno.EBUSY);
                }
            }
            group.enabled.remove(controller);
            return;
        }
        if (!controllers(at).contains(controller)) {
            throw new SyscallException("enable", Errno.ENOENT);
        }
        if (!at.equals(TOP) && !group.procs.isEmpty()) {
            throw new SyscallException("enable", Errno.EBUSY);
        }
        group.enabled.add(controller);
    }

    private void move(String at, Group group, String pid) throws SyscallException {
        if (!at.equals(TOP) && !group.enabled.isEmpty()) {
            throw new SyscallException("move", Errno.EBUSY);
        }
        String from = groups.entrySet().stream()
                .filter(each -> each.getValue().procs.contains(pid))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new SyscallException("move", Errno.ESRCH));
        String common = at;
        while (!from.equals(common) && !from.startsWith(common + "/")) {
            common = parent(common);
        }
        if (readOnly.contains(common)) {
            throw new SyscallException("move", Errno.EACCES);
        }
        groups.get(from).procs.remove(pid);
        group.procs.add(pid);
    }

    @Override
    public boolean writable(String path) {
        return !readOnly.contains(groups.containsKey(path) ? path : parent(path));
    }

    @Override
    public void make(String group) throws SyscallException {
        if (readOnly.contains(parent(group))) {
            throw new SyscallException("make cgroup " + group, Errno.EACCES);
        }
        if (groups.putIfAbsent(group, new Group()) != null) {
            throw new SyscallException("make cgroup " + group, Errno.EEXIST);
        }
    }

    @Override
    public void remove(String group) throws SyscallException {
        if (populated(group) || !children(group).isEmpty()) {
            throw new SyscallException("remove cgroup " + group, Errno.EBUSY);
        }
        groups.remove(group);
    }

    @Override
    public List<String> children(String group) {
        List<String> names = new ArrayList<>();
        for (String path : groups.keySet()) {
            if (!path.equals(TOP) && parent(path).equals(group)) {
                names.add(name(path));
            }
        }
        return names;
    }
}
