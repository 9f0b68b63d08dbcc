package dev.gleisner.adapters.linux.cgroup;

import static dev.gleisner.adapters.linux.cgroup.InventedCgroups.TOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.adapters.linux.landlock.Specs;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Groups with limits in invented hierarchies. */
class CgroupScopeTest {
    private static final SandboxSpec SPEC = Specs.spec();
    private static final String SCOPE = CgroupDelegationTest.APP + "/run-1.scope";

    private static CgroupScope create(InventedCgroups cgroups, String own, String... ioMax) throws GleisnerException {
        CgroupDelegation delegation = CgroupDelegationTest.find(cgroups, own);
        return CgroupScope.create(cgroups, delegation, "s1", Specs.LIMITS, List.of(ioMax), "42");
    }

    @Test
    void allLimitsHoldAndAllIsPutBack() throws Exception {
        InventedCgroups cgroups = CgroupDelegationTest.desktop().group(SCOPE, "", "42");
        CgroupScope scope = create(cgroups, SCOPE);
        assertThat(scope.directory()).isEqualTo(TOP + SCOPE + "/gleisner-s1-p42");
        assertThat(cgroups.procs(TOP + SCOPE)).isEmpty();
        assertThat(cgroups.procs(TOP + SCOPE + "/gleisner-supervisor-p42")).containsExactly("42");
        assertThat(scope.limits())
                .containsExactly(
                        new CgroupLimit("memory.max", "1073741824", "1073741824", true),
                        new CgroupLimit("cpu.max", "150000 100000", "150000 100000", true),
                        new CgroupLimit("pids.max", "64", "64", true),
                        new CgroupLimit("memory.swap.max", "0", "0", true),
                        new CgroupLimit("memory.oom.group", "1", "1", true));
        LayerReport report = scope.report(SPEC);
        assertThat(report.state()).isEqualTo(LayerReport.State.ENFORCED);
        assertThat(report.detail())
                .isEqualTo("memory.max=1073741824, cpu.max=150000 100000, pids.max=64, memory.swap.max=0,"
                        + " memory.oom.group=1");

        cgroups.procs(TOP + SCOPE + "/gleisner-supervisor-p42").add("77");
        scope.place(77);
        assertThat(scope.contains(77)).isTrue();
        scope.close();
        scope.close();
        assertThat(scope.leftover()).isEmpty();
        assertThat(cgroups.children(TOP + SCOPE)).isEmpty();
        assertThat(cgroups.enabled(TOP + SCOPE)).isEmpty();
        assertThat(cgroups.procs(TOP + SCOPE)).containsExactly("42");
    }

    @Test
    void anOtherSessionInTheSameGroupKeepsItsControllers() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids");
        CgroupScope first = create(cgroups, "/");
        cgroups.make(TOP + "/gleisner-other-p" + ProcessHandle.current().pid());
        first.close();
        assertThat(first.leftover()).isEmpty();
        assertThat(cgroups.enabled(TOP)).containsExactly("cpu", "memory", "pids");
    }

    @Test
    void someLimitsArePartial() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("memory", "pids");
        try (CgroupScope scope = create(cgroups, "/")) {
            LayerReport report = scope.report(SPEC);
            assertThat(report.state()).isEqualTo(LayerReport.State.PARTIAL);
            assertThat(report.detail()).contains("pids.max=64").contains("not in force: cpu.max (no controller)");
        }
    }

    @Test
    void withoutControllersTheGroupStillKills() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("hugetlb").group("/other", "", "99");
        CgroupScope scope = create(cgroups, "/");
        LayerReport report = scope.report(SPEC);
        assertThat(report.state()).isEqualTo(LayerReport.State.ABSENT);
        assertThat(report.detail()).startsWith("not in force: memory.max (no controller), cpu.max");
        scope.place(99);
        scope.kill();
        assertThat(cgroups.procs(scope.directory())).isEmpty();
        scope.close();
        assertThat(cgroups.exists(scope.directory())).isFalse();
    }

    @Test
    void aLimitTakenAwayIsNoticed() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids");
        try (CgroupScope scope = create(cgroups, "/")) {
            cgroups.set(scope.directory() + "/pids.max", "max");
            LayerReport report = scope.report(SPEC);
            assertThat(report.state()).isEqualTo(LayerReport.State.PARTIAL);
            assertThat(report.detail()).endsWith("not in force: pids.max (was taken away)");
        }
    }

    @Test
    void memoryIsComparedInPages() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids");
        dev.gleisner.domain.sandbox.ResourceLimits odd =
                new dev.gleisner.domain.sandbox.ResourceLimits(1_000_000_001, 100, 10, 10, 10);
        try (CgroupScope scope =
                CgroupScope.create(cgroups, CgroupDelegationTest.find(cgroups, "/"), "s", odd, List.of(), "42")) {
            assertThat(scope.limits().getFirst().found()).isEqualTo("999997440");
            assertThat(scope.limits().getFirst().held()).isTrue();
            cgroups.set(scope.directory() + "/memory.max", "2000000000");
            assertThat(scope.report(SPEC).detail()).contains("memory.max (was taken away)");
        }
    }

    @Test
    void ioLimitsAreFoundAgainAmongTheKernelsKeys() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("cpu", "io", "memory", "pids");
        try (CgroupScope scope = create(cgroups, "/", "8:0 wbps=1048576")) {
            assertThat(scope.limits().getLast())
                    .isEqualTo(
                            new CgroupLimit("io.max", "8:0 wbps=1048576", "8:0 wbps=1048576 rbps=max riops=max", true));
        }
    }

    @Test
    void movingWithoutTheRightIsExplained() throws Exception {
        InventedCgroups cgroups =
                CgroupDelegationTest.desktop().group(SCOPE, "", "42").group("/system.slice", "", "7");
        try (CgroupScope scope = create(cgroups, SCOPE)) {
            assertThatThrownBy(() -> scope.place(7))
                    .isInstanceOf(GleisnerException.KernelRefused.class)
                    .hasMessageContaining("moving needs write access to cgroup.procs of the group above both");
            assertThatThrownBy(() -> scope.place(12345)).hasMessageContaining("the process has ended");
        }
    }

    @Test
    void aGroupThatCannotBeMadeStopsTheRun() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids");
        CgroupDelegation delegation = CgroupDelegationTest.find(cgroups, "/");
        cgroups.foreign("");
        assertThatThrownBy(() -> CgroupScope.create(cgroups, delegation, "s", Specs.LIMITS, List.of(), "42"))
                .isInstanceOf(GleisnerException.KernelRefused.class)
                .hasMessageContaining("EACCES");
    }

    @Test
    void whatKilledSupervisorsLeftIsSwept() throws Exception {
        long gone = 4_194_303; // the largest pid of a default kernel, plus one is refused
        long alive = ProcessHandle.current().pid();
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids")
                .group("/gleisner-old-p" + gone, "")
                .group("/gleisner-busy-p" + gone, "", "99")
                .group("/gleisner-other-p" + alive, "")
                .group("/gleisner-name", "")
                .group("/somebody-p" + gone, "");
        create(cgroups, "/").close();
        assertThat(cgroups.children(TOP))
                .containsExactly(
                        "gleisner-busy-p" + gone, "gleisner-name", "gleisner-other-p" + alive, "somebody-p" + gone);
    }

    @Test
    void useIsReadWhereThereIsAController() throws Exception {
        InventedCgroups cgroups = new InventedCgroups("cpu", "memory", "pids");
        try (CgroupScope scope = create(cgroups, "/")) {
            cgroups.set(
                    scope.directory() + "/cpu.stat",
                    "usage_usec 7000\nuser_usec 5000\nsystem_usec 2000\nnr_throttled 1\nthrottled_usec 900");
            cgroups.set(scope.directory() + "/memory.peak", "123456");
            cgroups.set(scope.directory() + "/memory.events", "low 0\noom 2\noom_kill 1\noom_group_kill 1");
            cgroups.set(scope.directory() + "/pids.peak", "9");
            cgroups.set(scope.directory() + "/pids.events", "max 3");
            CgroupUse use = scope.use();
            assertThat(use.userTime()).contains(Duration.ofMillis(5));
            assertThat(use.systemTime()).contains(Duration.ofMillis(2));
            assertThat(use.throttled()).contains(Duration.ofNanos(900_000));
            assertThat(use.peakMemoryBytes()).contains(123456L);
            assertThat(use.oomKills()).contains(1L);
            assertThat(use.peakPids()).contains(9L);
            assertThat(use.refusedForks()).contains(3L);
        }
        InventedCgroups bare = new InventedCgroups("hugetlb");
        try (CgroupScope scope = create(bare, "/")) {
            assertThat(scope.use().peakMemoryBytes()).isEmpty();
            assertThat(scope.use().oomKills()).isEmpty();
        }
    }
}
