package dev.gleisner.adapters.linux.cgroup;

import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.Availability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where this process may make a cgroup for the command, and with which controllers.
 *
 * <p>Only the caller's own group and those above it come into question: moving a process needs write access to the
 * common ancestor of both groups, so a delegated group elsewhere in the tree is of no use (EACCES). Of these the
 * nearest one that can have all of {@link #WANTED} wins, then the one that can have most. A group can have a
 * controller for its children when it is enabled already, or when the group has no processes (a group has either
 * processes or controllers for its children; the root is exempt), or when we are its only process: then we move into a
 * leaf of our own.
 *
 * @param base the group to make ours in; empty when there is none
 * @param own the caller's group
 * @param controllers those of {@link #WANTED} that {@code base} can have for its children
 * @param moveSelf whether the caller has to leave {@code base} before controllers can be enabled there
 * @param problem what is missing; empty when nothing is
 * @param fix what a person can do about it; empty when nothing is missing
 * @spec https://docs.kernel.org/admin-guide/cgroup-v2.html Control Group v2
 */
public record CgroupDelegation(
        Optional<String> base, String own, List<String> controllers, boolean moveSelf, String problem, String fix) {

    /** The controllers that the limits need. */
    public static final List<String> WANTED = List.of("cpu", "memory", "pids");

    private static final String RUN_DELEGATED =
            "start it in a group of its own, as in: systemd-run --user --scope -p Delegate=yes gleisner …";
    private static final String GO_UNIFIED =
            "boot with systemd.unified_cgroup_hierarchy=1 (or cgroup_no_v1=all), so that"
                    + " the controllers are on version 2";

    public CgroupDelegation {
        controllers = List.copyOf(controllers);
    }

    /** Looks at this process; changes nothing. */
    public static CgroupDelegation find() {
        KernelCgroupFs fs = new KernelCgroupFs();
        return find(
                fs,
                fs.read("/proc/self/cgroup").orElse(""),
                fs.read("/proc/self/mountinfo").orElse(""),
                KernelCgroupFs.ownPid());
    }

    static CgroupDelegation find(CgroupFs fs, String procCgroup, String mountInfo, String pid) {
        Optional<String> membership = Membership.ownPath(procCgroup);
        if (membership.isEmpty()) {
            return nowhere("", "the kernel has no cgroup version 2 hierarchy", GO_UNIFIED);
        }
        Optional<Membership.Place> place = Membership.locate(membership.get(), mountInfo);
        if (place.isEmpty()) {
            return nowhere(
                    membership.get(),
                    "no cgroup2 file system shows the group " + membership.get(),
                    "mount it: mount -t cgroup2 none /sys/fs/cgroup");
        }
        String mount = place.get().mount();
        String own = place.get().group();
        CgroupDelegation best = foreign(own, Membership.onVersion1(procCgroup, WANTED));
        String at = own;
        while (fs.writable(at) && fs.writable(at + "/cgroup.procs")) {
            CgroupDelegation candidate = consider(fs, at, own, at.equals(mount), pid, procCgroup);
            if (candidate.base().isPresent()
                    && (best.base().isEmpty()
                            || candidate.controllers().size()
                                    > best.controllers().size())) {
                best = candidate;
            }
            if (at.equals(mount) || best.controllers().size() == WANTED.size()) {
                break;
            }
            at = at.substring(0, at.lastIndexOf('/'));
        }
        return best;
    }

    private static CgroupDelegation consider(
            CgroupFs fs, String group, String own, boolean top, String pid, String procCgroup) {
        String type = fs.read(group + "/cgroup.type").orElse("domain");
        if (!type.equals("domain")) {
            return nowhere(own, "the group " + group + " is of type \"" + type + "\"", RUN_DELEGATED);
        }
        List<String> offered = words(fs.read(group + "/cgroup.controllers"));
        List<String> enabled = words(fs.read(group + "/cgroup.subtree_control"));
        List<String> members = words(fs.read(group + "/cgroup.procs"));
        // Only the hierarchy's real root has no cgroup.type file, and only there processes do no harm.
        boolean root = top && fs.read(group + "/cgroup.type").isEmpty();
        boolean alone = members.size() == 1 && members.getFirst().equals(pid);
        boolean canEnable = fs.writable(group + "/cgroup.subtree_control") && (root || members.isEmpty() || alone);
        List<String> can = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        List<String> blocked = new ArrayList<>();
        for (String controller : WANTED) {
            if (enabled.contains(controller) || (canEnable && offered.contains(controller))) {
                can.add(controller);
            } else if (offered.contains(controller)) {
                blocked.add(controller);
            } else {
                absent.add(controller);
            }
        }
        StringBuilder problem = new StringBuilder();
        String fix = "";
        if (!blocked.isEmpty()) {
            problem.append(String.join(", ", blocked))
                    .append(" cannot be enabled in ")
                    .append(group)
                    .append(members.isEmpty() ? ": no write access" : ": other processes are in it");
            fix = RUN_DELEGATED;
        }
        if (!absent.isEmpty()) {
            boolean onVersion1 = Membership.onVersion1(procCgroup, absent);
            problem.append(problem.isEmpty() ? "" : "; ")
                    .append(String.join(", ", absent))
                    .append(onVersion1 ? " on cgroup version 1, not 2" : " not delegated to " + group);
            fix = onVersion1 ? GO_UNIFIED : RUN_DELEGATED;
        }
        return new CgroupDelegation(
                Optional.of(group), own, can, !root && alone && !enabled.containsAll(can), problem.toString(), fix);
    }

    private static CgroupDelegation foreign(String own, boolean onVersion1) {
        String problem = "the group " + own + " and those above it belong to somebody else";
        if (!onVersion1) {
            return nowhere(own, problem, RUN_DELEGATED);
        }
        String more = problem + "; " + String.join(", ", WANTED) + " on cgroup version 1, not 2";
        return nowhere(own, more, GO_UNIFIED + "; then " + RUN_DELEGATED);
    }

    private static CgroupDelegation nowhere(String own, String problem, String fix) {
        return new CgroupDelegation(Optional.empty(), own, List.of(), false, problem, fix);
    }

    static List<String> words(Optional<String> text) {
        List<String> words = new ArrayList<>();
        String all = text.orElse("");
        int from = 0;
        for (int at = 0; at <= all.length(); at++) {
            if (at == all.length() || all.charAt(at) == ' ' || all.charAt(at) == '\n') {
                if (at > from) {
                    words.add(all.substring(from, at));
                }
                from = at + 1;
            }
        }
        return words;
    }

    /** Whether a group can be made at all; without controllers it still kills and counts processor time. */
    public boolean usable() {
        return base.isPresent();
    }

    /** In words, for {@code doctor}. */
    public Availability availability() {
        if (controllers.size() == WANTED.size()) {
            return new Availability.Ready(
                    "cgroup version 2 with " + String.join(", ", controllers) + " in " + base.orElse(""));
        }
        String have = controllers.isEmpty() ? "" : " (only " + String.join(", ", controllers) + " can be limited)";
        return new Availability.Missing(problem + have, fix);
    }

    /** The layer's entry in the report when no group was made. */
    public LayerReport absent(SandboxSpec spec) {
        return new LayerReport(Layer.CGROUPS, spec.requirement(Layer.CGROUPS), LayerReport.State.ABSENT, problem);
    }
}
