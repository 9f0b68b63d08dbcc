package dev.gleisner.adapters.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ProbeReport;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.Needs;
import dev.gleisner.ports.contract.SandboxBackendContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NativeBackendTest extends SandboxBackendContract {
    @BeforeEach
    void needsNamespaces() {
        Needs.feature("namespaces", new NativeBackendProvider().probe());
    }

    @Override
    protected SandboxBackend backend() throws GleisnerException {
        return new NativeBackendProvider().create();
    }

    @Override
    protected int uid() {
        return Caller.UID;
    }

    @Override
    protected int gid() {
        return Caller.GID;
    }

    private static SandboxSpec with(SandboxSpec spec, Layer layer, Requirement requirement) {
        Map<Layer, Requirement> layers = new EnumMap<>(spec.layers());
        layers.put(layer, requirement);
        return new SandboxSpec(
                spec.profileName(),
                spec.profileDigest(),
                spec.argv(),
                spec.workingDirectory(),
                spec.projectRoot(),
                spec.environment(),
                spec.identity(),
                spec.mounts(),
                spec.network(),
                spec.seccomp(),
                spec.limits(),
                layers);
    }

    private static SandboxSpec with(SandboxSpec spec, Mount... more) {
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.addAll(Arrays.asList(more));
        return new SandboxSpec(
                spec.profileName(),
                spec.profileDigest(),
                spec.argv(),
                spec.workingDirectory(),
                spec.projectRoot(),
                spec.environment(),
                spec.identity(),
                mounts,
                spec.network(),
                spec.seccomp(),
                spec.limits(),
                spec.layers());
    }

    private static SandboxSpec with(SandboxSpec spec, NetworkAccess network, SeccompPolicy seccomp) {
        return new SandboxSpec(
                spec.profileName(),
                spec.profileDigest(),
                spec.argv(),
                spec.workingDirectory(),
                spec.projectRoot(),
                spec.environment(),
                spec.identity(),
                spec.mounts(),
                network,
                seccomp,
                spec.limits(),
                spec.layers());
    }

    @Test
    void everyLayerAndEveryProbeHolds() throws GleisnerException {
        try (StagedSandbox sandbox = backend().stage(shell("true"), OutputTaps.NONE)) {
            for (LayerReport layer : sandbox.enforcement().layers()) {
                if (layer.layer() == Layer.CGROUPS) {
                    assertThat(layer.state()).isEqualTo(LayerReport.State.ABSENT);
                } else {
                    assertThat(layer.state())
                            .as(layer.layer().key() + ": " + layer.detail())
                            .isEqualTo(LayerReport.State.ENFORCED);
                }
            }
            assertThat(sandbox.enforcement().probes()).isNotEmpty().allMatch(ProbeReport::held);
        }
    }

    @Test
    void everyNamespaceIsAnother() throws Exception {
        List<String> inside = run(shell(
                        "cd /proc/self/ns; for n in user mnt pid net ipc uts cgroup time;" + " do readlink $n; done"))
                .out()
                .lines()
                .toList();
        assertThat(inside).hasSize(8);
        for (String name : inside) {
            String kind = name.substring(0, name.indexOf(':'));
            assertThat(name)
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/" + kind))
                            .toString());
        }
    }

    @Test
    void onlyItsOwnProcessesExist() throws Exception {
        List<String> seen = run(shell("ls /proc | grep -c '^[0-9]'; cat /proc/uptime"))
                .out()
                .lines()
                .toList();
        assertThat(Integer.parseInt(seen.getFirst())).isBetween(1, 5);
        assertThat(Double.parseDouble(seen.get(1).split(" ")[0])).isLessThan(60); // the clocks start near zero
        // twin: outside there are more
        try (var all = Files.list(Path.of("/proc"))) {
            assertThat(all.filter(path -> Character.isDigit(
                                    path.getFileName().toString().charAt(0)))
                            .count())
                    .isGreaterThan(5);
        }
    }

    @Test
    void theRootHasNothingAboveIt() throws Exception {
        Outcome outcome =
                run(shell("ls -di / /.. | awk '{print $1}' | sort -u | wc -l; grep -c ' / / ' /proc/self/mountinfo;"
                        + " awk '$5==\"/\"' /proc/self/mountinfo | wc -l"));
        assertThat(outcome.out().lines().map(String::strip)).startsWith("1").endsWith("1");
    }

    @Test
    void hasNoPrivilege() throws Exception {
        String status = run(shell("cat /proc/self/status")).out();
        assertThat(status).contains("NoNewPrivs:\t1", "Seccomp:\t2");
        for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
            assertThat(status).contains(set + ":\t0000000000000000");
        }
        assertThat(run(shell("id -u; id -g")).out()).isEqualTo(uid() + "\n" + gid() + "\n");
    }

    @Test
    void readOnlyBindsAreReadOnly() throws Exception {
        Path shown = Files.createDirectory(project.resolveSibling("shown"));
        Path file = Files.writeString(shown.resolve("file"), "host");
        SandboxSpec spec = with(
                shell("echo x > " + file + "; echo y > " + shown + "/new; chmod 777 " + file + "; rm -f " + file
                        + "; cat " + file),
                new Mount.Bind(shown.toString(), shown.toString(), true, "shown"));
        Outcome outcome = run(spec);
        assertThat(outcome.out()).isEqualTo("host");
        assertThat(outcome.err()).contains("ead-only file system");
        assertThat(file).hasContent("host");
        assertThat(shown.resolve("new")).doesNotExist();
    }

    @Test
    void theWritableProjectIsWritable() throws Exception {
        Outcome outcome = run(shell("echo x > a && mkdir b && mv a b/a && cat b/a"));
        assertThat(outcome.out()).isEqualTo("x\n");
        assertThat(project.resolve("b/a")).hasContent("x");
    }

    @Test
    void masksFilesAndDirectories() throws Exception {
        Path secret = Files.writeString(project.resolve("secret"), "the secret");
        Path keys = Files.createDirectory(project.resolve("keys"));
        Files.writeString(keys.resolve("key"), "the key");
        FileTime modified = Files.getLastModifiedTime(secret);
        String look = "cat secret; ls -A keys; cat keys/key; echo x >> secret; rm -f secret; mv keys other; ls";
        Outcome outcome = run(with(
                shell(look),
                new Mount.MaskFile(secret.toString(), "secret"),
                new Mount.MaskDirectory(keys.toString(), "keys")));
        assertThat(outcome.out()).isEqualTo("keys\nsecret\n");
        assertThat(outcome.err()).doesNotContain("the secret", "the key");
        assertThat(secret).hasContent("the secret");
        assertThat(Files.getLastModifiedTime(secret)).isEqualTo(modified);
        assertThat(keys.resolve("key")).hasContent("the key");
        // twin: without the masks both can be read
        assertThat(run(shell("cat secret keys/key")).out()).isEqualTo("the secretthe key");
    }

    @Test
    void masksWhatALinkLeadsTo() throws Exception {
        Path secret = Files.writeString(project.resolve("real-secret"), "the secret");
        Path link = Files.createSymbolicLink(project.resolve("link"), secret);
        Outcome outcome =
                run(with(shell("cat link real-secret; echo end"), new Mount.MaskFile(link.toString(), "link")));
        assertThat(outcome.out()).isEqualTo("end\n");
    }

    @Test
    void nothingIsEverCreatedOnTheHost() throws Exception {
        Path absent = project.resolve("absent");
        for (Mount mount : List.of(
                new Mount.MaskFile(absent.toString(), "not there"),
                new Mount.MaskDirectory(absent.toString(), "not there"),
                new Mount.SyntheticFile(absent.toString(), "content", "not there"),
                new Mount.Bind("/etc", absent.toString(), true, "not there"))) {
            assertThatThrownBy(() -> run(with(shell("true"), mount)))
                    .isInstanceOf(GleisnerException.KernelRefused.class)
                    .hasMessageContaining(absent.toString())
                    .hasMessageContaining("ENOENT");
            assertThat(absent).doesNotExist();
        }
        assertThatThrownBy(() -> run(with(shell("true"), new Mount.Symlink(absent.toString(), "x", "not ours"))))
                .isInstanceOf(GleisnerException.BadInput.class);
        try (var files = Files.list(project)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void synthesisesFiles() throws Exception {
        Path own = Files.writeString(project.resolve("config"), "host");
        Outcome outcome = run(with(
                shell(
                        "cat /run/note config /tmp/note; echo x > /run/note; echo x > config; rm -f /tmp/note; cat /tmp/note"),
                new Mount.SyntheticFile("/run/note", "one\n", "below our root"),
                new Mount.SyntheticFile(own.toString(), "two\n", "over a file of the host"),
                new Mount.SyntheticFile("/tmp/note", "three\n", "in a tmpfs")));
        assertThat(outcome.out()).isEqualTo("one\ntwo\nthree\nthree\n");
        assertThat(own).hasContent("host");
    }

    @Test
    void theDevicesWorkAndCannotBeChanged() throws Exception {
        Outcome outcome = run(shell("echo x > /dev/null && head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c;"
                + " chmod 600 /dev/null; ls /dev/pts; echo y > /dev/shm/f && cat /dev/shm/f"));
        assertThat(outcome.out().lines()).containsExactly("4", "4", "ptmx", "y");
        assertThat(outcome.err()).contains("/dev/null");
    }

    @Test
    void procIsReadOnlyAndSaysNothingOfTheHost() throws Exception {
        Outcome outcome = run(shell("echo 1 > /proc/sys/kernel/core_pattern; echo 1000 > /proc/self/oom_score_adj;"
                + " cat /proc/keys /proc/kallsyms /proc/timer_list | wc -c; wc -l < /proc/cpuinfo"));
        assertThat(outcome.err().lines().filter(line -> line.contains("ead-only file system")))
                .hasSize(2);
        List<String> lines = outcome.out().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("0");
        assertThat(Integer.parseInt(lines.get(1))).isPositive();
    }

    @Test
    void loopbackIsUpAndNothingElse() throws Exception {
        Outcome outcome = run(shell("cat /proc/net/dev | tail -n +3 | cut -d: -f1; cat /proc/net/route | wc -l"));
        assertThat(outcome.out().lines().map(String::strip)).containsExactly("lo", "1");
    }

    @Test
    void theHostsNetworkIsSharedOnlyWhenAskedFor() throws Exception {
        SandboxSpec spec = shell("readlink /proc/self/ns/net");
        SandboxSpec shared = with(spec, new NetworkAccess.Host(List.of()), spec.seccomp());
        assertThat(run(shared).out().strip())
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
        try (StagedSandbox sandbox = backend().stage(shared, OutputTaps.NONE)) {
            assertThat(sandbox.enforcement().layer(Layer.NETWORK_NAMESPACE)).hasValueSatisfying(report -> {
                assertThat(report.state()).isEqualTo(LayerReport.State.ABSENT);
                assertThat(report.detail()).isEqualTo("the profile shares the host's network");
            });
        }
    }

    @Test
    void limitsAreInForce() throws Exception {
        assertThat(run(shell("ulimit -n; ulimit -c; ulimit -f")).out().lines())
                .containsExactly("512", "0", Long.toString((1L << 30) / 512));
    }

    @ParameterizedTest
    @EnumSource(names = "CGROUPS", mode = EnumSource.Mode.EXCLUDE) // it is off in every other test
    void aLayerThatIsOffIsReportedAbsent(Layer layer) throws Exception {
        Needs.that("root", layer != Layer.USER_NAMESPACE || uid() == 0, "the others need a user namespace or user 0");
        SandboxSpec spec = with(shell("exit 9"), layer, Requirement.OFF);
        try (StagedSandbox sandbox = backend().stage(spec, OutputTaps.NONE)) {
            assertThat(sandbox.enforcement().layer(layer).orElseThrow().state()).isEqualTo(LayerReport.State.ABSENT);
            sandbox.release();
            assertThat(sandbox.await().exit().status()).isEqualTo(9);
        }
    }

    @Test
    void aRequiredLayerThatFailsStopsTheRun() {
        // The cgroup limits of an ordinary machine are not to be had; a profile that requires them gets no run.
        SandboxSpec spec = with(shell("echo ran > ran"), Layer.CGROUPS, Requirement.REQUIRED);
        if (dev.gleisner.adapters.linux.cgroup.CgroupDelegation.find()
                        .controllers()
                        .size()
                == 3) {
            return;
        }
        assertThatThrownBy(() -> run(spec))
                .isInstanceOfSatisfying(
                        GleisnerException.HostLacks.class,
                        e -> assertThat(e.fix()).isNotBlank());
        assertThat(project.resolve("ran")).doesNotExist();
    }

    @Test
    void aBestEffortLayerThatFailsIsReported() throws Exception {
        SandboxSpec spec = with(shell("exit 6"), Layer.CGROUPS, Requirement.BEST_EFFORT);
        try (StagedSandbox sandbox = backend().stage(spec, OutputTaps.NONE)) {
            LayerReport report = sandbox.enforcement().layer(Layer.CGROUPS).orElseThrow();
            assertThat(report.detail()).isNotBlank();
            sandbox.release();
            assertThat(sandbox.await().exit().status()).isEqualTo(6);
        }
    }

    @Test
    void anUnknownSystemCallInThePolicyIsRefused() {
        SandboxSpec spec = shell("true");
        SandboxSpec wrong = with(
                spec,
                spec.network(),
                new SeccompPolicy(SeccompPolicy.Preset.CUSTOM, SeccompPolicy.Action.ERRNO, List.of("opne")));
        assertThatThrownBy(() -> run(wrong)).isInstanceOf(GleisnerException.BadInput.class);
        assertThatThrownBy(() -> backend().seccompListing(wrong)).isInstanceOf(GleisnerException.BadInput.class);
    }

    @Test
    void aMissingSourceIsRefused() {
        assertThatThrownBy(() -> run(with(shell("true"), new Mount.Bind("/no/such/place", "/mnt", true, "gone"))))
                .isInstanceOf(GleisnerException.BadInput.class)
                .hasMessageContaining("/no/such/place");
    }

    /** For a supervisor in another mount namespace; 0 when the sandbox could be run. */
    int tryToWriteBelowUsr() throws Exception {
        project = Files.createTempDirectory("gleisner").toRealPath();
        SandboxSpec spec = shell("ls /usr/local/share; touch /usr/local/share/inside && echo made it; exit 0");
        try (StagedSandbox sandbox = backend().stage(spec, OutputTaps.NONE)) {
            sandbox.release();
            return sandbox.await().exit().status();
        } finally {
            Files.delete(project);
        }
    }
}
