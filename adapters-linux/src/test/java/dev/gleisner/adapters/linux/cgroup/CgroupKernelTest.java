package dev.gleisner.adapters.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.landlock.Specs;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.ports.contract.Needs;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups in this kernel. Nothing that exists already is moved or killed. */
@Tag("kernel")
@Timeout(60)
class CgroupKernelTest {
    private static final String BORROW = "GLEISNER_TEST_BORROW_CGROUPS";

    private static CgroupDelegation place() {
        CgroupDelegation found = CgroupDelegation.find();
        Needs.that("cgroup", found.usable(), found.problem() + "; " + found.fix());
        return found;
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /** Waits for its input before it does anything, so it can be placed first. */
    private static Process waiting(String script) throws IOException {
        return new ProcessBuilder("sh", "-c", "read go; " + script)
                .redirectErrorStream(true)
                .start();
    }

    private static String go(Process process) throws Exception {
        process.getOutputStream().write('\n');
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void allThatIsStartedInTheGroupDiesWithIt() throws Exception {
        CgroupDelegation delegation = place();
        Path control = Path.of(delegation.base().orElseThrow(), "cgroup.subtree_control");
        String before = text(control);
        CgroupScope scope = CgroupScope.create(delegation, "kill-test", Specs.LIMITS, List.of());
        Process tree = waiting("sleep 100 & setsid sleep 100 & echo started; wait");
        try (scope) {
            scope.place(tree.pid());
            assertThat(scope.contains(tree.pid())).isTrue();
            assertThat(scope.contains(ProcessHandle.current().pid())).isFalse();
            tree.getOutputStream().write('\n');
            tree.getOutputStream().flush();
            assertThat(tree.getInputStream().read()).isEqualTo('s');
            List<String> members =
                    List.of(text(Path.of(scope.directory(), "cgroup.procs")).split("\n"));
            assertThat(members).hasSize(3);
            assertThat(scope.use().userTime()).isPresent();
            scope.kill();
            assertThat(tree.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(tree.exitValue()).isEqualTo(128 + 9);
        }
        assertThat(scope.leftover()).isEmpty();
        assertThat(new File(scope.directory())).doesNotExist();
        assertThat(text(control)).isEqualTo(before);
    }

    @Test
    void closingKillsToo() throws Exception {
        CgroupScope scope = CgroupScope.create(place(), "close-test", Specs.LIMITS, List.of());
        Process sleeper = waiting("sleep 100");
        try (scope) {
            scope.place(sleeper.pid());
        }
        assertThat(sleeper.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(new File(scope.directory())).doesNotExist();
    }

    /**
     * On a machine whose controllers are on version 1, borrows those that nobody uses for version 2 and gives them
     * back. That changes the whole machine for a second, so it has to be asked for.
     */
    @Test
    @Tag("root")
    void limitsHoldInThisKernel() throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        CgroupDelegation delegation = place();
        Map<String, String> lent = new TreeMap<>();
        if (!delegation.controllers().contains("pids")) {
            Needs.that(
                    "cgroup-controllers",
                    root && "1".equals(System.getenv(BORROW)),
                    delegation.problem() + "; as root, " + BORROW + "=1 lets this test borrow them from version 1");
        }
        try {
            if (!delegation.controllers().contains("pids")) {
                borrow("pids", "net_prio", lent);
                borrow("cpu", "net_cls", lent);
            }
            delegation = place();
            assertThat(delegation.controllers()).contains("pids", "cpu");
            limitsHold(delegation);
        } finally {
            giveBack(lent);
        }
    }

    private static void limitsHold(CgroupDelegation delegation) throws Exception {
        ResourceLimits limits = new ResourceLimits(1L << 28, 20, 8, 64, 1L << 20);
        CgroupScope scope = CgroupScope.create(delegation, "limit-test", limits, List.of());
        try (scope) {
            LayerReport report = scope.report(Specs.spec());
            assertThat(report.detail()).contains("pids.max=8").contains("cpu.max=20000 100000");
            assertThat(report.state())
                    .isEqualTo(
                            delegation.controllers().contains("memory")
                                    ? LayerReport.State.ENFORCED
                                    : LayerReport.State.PARTIAL);
            String forks = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done; wait; echo all";
            Process bomb = waiting(forks);
            scope.place(bomb.pid());
            assertThat(go(bomb)).containsIgnoringCase("fork");
            assertThat(go(waiting(forks))).isEqualTo("all\n"); // the twin
            Process spinner = waiting("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
            scope.place(spinner.pid());
            assertThat(go(spinner)).isEmpty();
            CgroupUse use = scope.use();
            assertThat(use.refusedForks().orElseThrow()).isPositive();
            assertThat(use.peakPids().orElseThrow()).isEqualTo(8);
            assertThat(use.throttled().orElseThrow()).isGreaterThan(Duration.ZERO);
        }
        assertThat(scope.leftover()).isEmpty();
    }

    private static void borrow(String controller, String replacement, Map<String, String> lent) throws Exception {
        File hierarchy = new File("/sys/fs/cgroup/" + controller);
        File[] children = hierarchy.listFiles(File::isDirectory);
        Needs.that("cgroup-controllers", children != null && children.length == 0, controller + " is in use");
        assertThat(remounted(replacement, hierarchy.getPath())).as(controller).isTrue();
        lent.put(controller, hierarchy.getPath());
    }

    /** A removed group holds its controllers for a moment longer: then the kernel answers EBUSY. */
    private static void giveBack(Map<String, String> lent) throws Exception {
        Map<String, String> left = new TreeMap<>(lent);
        for (int attempt = 0; attempt < 100 && !left.isEmpty(); attempt++) {
            Thread.sleep(attempt == 0 ? 0 : 200);
            left.entrySet().removeIf(each -> remounted(each.getKey(), each.getValue()));
        }
        assertThat(left)
                .as("give back by hand: mount -o remount,<controller> cgroup <path>")
                .isEmpty();
    }

    private static boolean remounted(String controller, String hierarchy) {
        try {
            Process mount = new ProcessBuilder("mount", "-o", "remount," + controller, "cgroup", hierarchy)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return mount.waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(controller, e);
        }
    }
}
