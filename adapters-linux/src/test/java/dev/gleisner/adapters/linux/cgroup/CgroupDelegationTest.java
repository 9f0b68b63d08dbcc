package dev.gleisner.adapters.linux.cgroup;

import static dev.gleisner.adapters.linux.cgroup.InventedCgroups.TOP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.landlock.Specs;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.ports.Availability;
import org.junit.jupiter.api.Test;

/** Finding a place in invented hierarchies. */
class CgroupDelegationTest {
    private static final String MOUNT = "35 25 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
    private static final String ALL = "cpu io memory pids";

    static InventedCgroups desktop() {
        return new InventedCgroups("cpu", "io", "memory", "pids")
                .group("/user.slice", ALL)
                .group("/user.slice/user-1000.slice", ALL)
                .group("/user.slice/user-1000.slice/user@1000.service", ALL)
                .group("/user.slice/user-1000.slice/user@1000.service/app.slice", ALL)
                .foreign("", "/user.slice", "/user.slice/user-1000.slice");
    }

    static final String APP = "/user.slice/user-1000.slice/user@1000.service/app.slice";

    static CgroupDelegation find(InventedCgroups cgroups, String own) {
        return CgroupDelegation.find(cgroups, "0::" + own, MOUNT, "42");
    }

    @Test
    void aScopeOfOurOwnIsDividedAfterWeLeaveIt() {
        CgroupDelegation found = find(desktop().group(APP + "/run-1.scope", "", "42"), APP + "/run-1.scope");
        assertThat(found.base()).contains(TOP + APP + "/run-1.scope");
        assertThat(found.moveSelf()).isTrue();
        assertThat(found.controllers()).isEqualTo(CgroupDelegation.WANTED);
        assertThat(found.problem()).isEmpty();
        assertThat(found.availability()).isInstanceOf(Availability.Ready.class);
    }

    @Test
    void aScopeSharedWithAShellIsLeftAlone() {
        CgroupDelegation found = find(desktop().group(APP + "/vte.scope", "", "41", "42"), APP + "/vte.scope");
        assertThat(found.base()).contains(TOP + APP);
        assertThat(found.moveSelf()).isFalse();
        assertThat(found.controllers()).isEqualTo(CgroupDelegation.WANTED);
    }

    @Test
    void whatIsNotDelegatedIsNamed() {
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids")
                .group("/a", "memory pids")
                .group("/a/b", "memory pids", "")
                .foreign("", "/a");
        CgroupDelegation found = find(cgroups, "/a/b");
        assertThat(found.controllers()).containsExactly("memory", "pids");
        assertThat(found.problem()).isEqualTo("cpu not delegated to " + TOP + "/a/b");
        assertThat(found.fix()).contains("systemd-run --user --scope -p Delegate=yes");
        assertThat(found.availability().summary()).contains("only memory, pids can be limited");
    }

    @Test
    void othersInTheGroupAreNamedToo() {
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids")
                .group("/a", "cpu memory pids")
                .group("/a/b", "", "41", "42")
                .foreign("", "/a");
        CgroupDelegation found = find(cgroups, "/a/b");
        assertThat(found.usable()).isTrue();
        assertThat(found.controllers()).isEmpty();
        assertThat(found.problem())
                .isEqualTo("cpu, memory, pids cannot be enabled in " + TOP + "/a/b: other processes are in it");
    }

    @Test
    void nothingIsOurs() {
        CgroupDelegation found = find(new InventedCgroups("cpu", "memory", "pids").foreign(""), "/");
        assertThat(found.usable()).isFalse();
        assertThat(found.problem()).contains("belong to somebody else");
        assertThat(found.fix()).contains("systemd-run");
        LayerReport report = found.absent(Specs.spec());
        assertThat(report.state()).isEqualTo(LayerReport.State.ABSENT);
        assertThat(report.detail()).isEqualTo(found.problem());
    }

    @Test
    void rootDividesTheHierarchysRootWithoutMoving() {
        CgroupDelegation found = find(new InventedCgroups("cpu", "memory", "pids"), "/");
        assertThat(found.base()).contains(TOP);
        assertThat(found.moveSelf()).isFalse();
        assertThat(found.controllers()).isEqualTo(CgroupDelegation.WANTED);
    }

    @Test
    void controllersOnVersion1AreNamed() {
        CgroupDelegation found = CgroupDelegation.find(
                new InventedCgroups("hugetlb"), "4:memory:/x\n3:cpu,cpuacct:/\n2:pids:/\n0::/", MOUNT, "42");
        assertThat(found.usable()).isTrue();
        assertThat(found.controllers()).isEmpty();
        assertThat(found.problem()).isEqualTo("cpu, memory, pids on cgroup version 1, not 2");
        assertThat(found.fix()).contains("systemd.unified_cgroup_hierarchy=1");
        CgroupDelegation foreign = CgroupDelegation.find(
                new InventedCgroups("hugetlb").foreign(""),
                "4:memory:/x\n3:cpu,cpuacct:/\n2:pids:/\n0::/",
                MOUNT,
                "42");
        assertThat(foreign.usable()).isFalse();
        assertThat(foreign.problem()).contains("somebody else").endsWith("on cgroup version 1, not 2");
        assertThat(foreign.fix()).contains("unified_cgroup_hierarchy").contains("systemd-run");
    }

    @Test
    void kernelsAndMountsWithoutVersion2() {
        CgroupDelegation none = CgroupDelegation.find(new InventedCgroups(), "4:memory:/x", MOUNT, "42");
        assertThat(none.problem()).contains("no cgroup version 2");
        CgroupDelegation unmounted = CgroupDelegation.find(new InventedCgroups(), "0::/a", "", "42");
        assertThat(unmounted.problem()).contains("no cgroup2 file system");
        assertThat(unmounted.fix()).contains("mount -t cgroup2");
    }

    @Test
    void threadedGroupsAreOfNoUse() {
        InventedCgroups cgroups =
                new InventedCgroups("cpu").group("/t", "", "42").foreign("");
        cgroups.set(TOP + "/t/cgroup.type", "threaded");
        assertThat(find(cgroups, "/t").usable()).isFalse();
    }

    @Test
    void mountsAreReadAsTheKernelWritesThem() {
        assertThat(Membership.locate("/docker/x/y", "1 2 0:3 /docker/x /sys/fs/cgroup rw - cgroup2 none rw"))
                .contains(new Membership.Place("/sys/fs/cgroup", "/sys/fs/cgroup/y"));
        assertThat(Membership.locate("/docker/x", "1 2 0:3 /docker/x /mnt/a\\040b rw shared:1 - cgroup2 none rw"))
                .contains(new Membership.Place("/mnt/a b", "/mnt/a b"));
        assertThat(Membership.locate("/docker/xy", "1 2 0:3 /docker/x /mnt rw - cgroup2 none rw"))
                .isEmpty();
        assertThat(Membership.locate("/../other", "1 2 0:3 / /mnt rw - cgroup2 none rw"))
                .isEmpty();
        assertThat(Membership.locate("/", "1 2 0:3 / /mnt rw - cgroup cgroup rw,cpu\nnonsense - cgroup2"))
                .isEmpty();
        assertThat(Membership.ownPath("1:cpu:/\n0::/a b\n")).contains("/a b");
        assertThat(Membership.ownPath("1:cpu:/")).isEmpty();
    }
}
