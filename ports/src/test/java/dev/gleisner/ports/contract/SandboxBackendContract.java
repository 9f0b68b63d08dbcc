package dev.gleisner.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.Identity;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.StagedSandbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every sandbox backend must do, whether it confines or not. */
@Tag("kernel")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
public abstract class SandboxBackendContract {
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;

    /** The project of the session; its path has no link in it. */
    protected Path project;

    @TempDir
    Path temporary;

    /** The backend under test. */
    protected abstract SandboxBackend backend() throws GleisnerException;

    /** The caller's ids. */
    protected abstract int uid();

    /** The caller's ids. */
    protected abstract int gid();

    @BeforeEach
    void makeProject() throws IOException {
        project = Files.createDirectory(temporary.toRealPath().resolve("project"));
    }

    /** A policy for that command: the host's programs read-only, the project writable, every layer but cgroups. */
    protected SandboxSpec spec(List<String> argv) {
        List<Mount> mounts = new ArrayList<>();
        for (String name : List.of("usr", "bin", "sbin", "lib", "lib64", "etc")) {
            Path path = Path.of("/" + name);
            try {
                if (Files.isSymbolicLink(path)) {
                    mounts.add(new Mount.Symlink(
                            path.toString(), Files.readSymbolicLink(path).toString(), "merged /usr"));
                } else if (Files.isDirectory(path)) {
                    mounts.add(new Mount.Bind(path.toString(), path.toString(), true, "programs"));
                }
            } catch (IOException e) {
                throw new AssertionError("a link that cannot be read: " + path, e);
            }
        }
        mounts.add(new Mount.Tmpfs("/tmp", 0, 01777, "scratch"));
        mounts.add(new Mount.Bind(project.toString(), project.toString(), false, "the project"));
        Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            layers.put(layer, layer == Layer.CGROUPS ? Requirement.OFF : Requirement.REQUIRED);
        }
        return new SandboxSpec(
                "contract",
                Digest.sha256(new byte[0]),
                argv,
                project.toString(),
                project.toString(),
                Map.of("PATH", "/usr/bin:/bin", "GREETING", "hello there", "LC_ALL", "C"),
                new Identity(uid(), gid(), "user", "/tmp", "sandbox"),
                mounts,
                new NetworkAccess.Isolated(List.of()),
                new SeccompPolicy(SeccompPolicy.Preset.BASELINE, SeccompPolicy.Action.ERRNO, List.of()),
                new ResourceLimits(1L << 30, 100, 256, 512, 1L << 30),
                layers);
    }

    /** A policy for a line of shell. */
    protected SandboxSpec shell(String line) {
        return spec(List.of("/bin/sh", "-c", line));
    }

    /** What a command printed, and how it ended. */
    protected record Outcome(String out, String err, StagedSandbox.Ended ended) {
        /** As a shell reports it. */
        public int status() {
            return ended.exit().status();
        }
    }

    /** Runs it to its end. */
    protected Outcome run(SandboxSpec spec) throws GleisnerException, InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (StagedSandbox sandbox = backend().stage(spec, taps(out, err))) {
            sandbox.release();
            StagedSandbox.Ended ended = sandbox.await();
            return new Outcome(out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), ended);
        }
    }

    /** Keeps both streams. */
    protected static OutputTaps taps(ByteArrayOutputStream out, ByteArrayOutputStream err) {
        return new OutputTaps(
                Optional.of((buffer, length) -> out.write(buffer, 0, length)),
                Optional.of((buffer, length) -> err.write(buffer, 0, length)));
    }

    @Test
    void passesTheExitStatus() throws Exception {
        assertThat(run(shell("exit 0")).ended().exit()).isEqualTo(new Exit.Code(0));
        assertThat(run(shell("exit 42")).ended().exit()).isEqualTo(new Exit.Code(42));
    }

    @Test
    void passesTheSignal() throws Exception {
        Outcome outcome = run(shell("kill -TERM $$; sleep 60"));
        assertThat(outcome.ended().exit()).isEqualTo(new Exit.Signal(SIGTERM));
        assertThat(outcome.status()).isEqualTo(128 + SIGTERM);
    }

    @Test
    void keepsTheStreamsApart() throws Exception {
        Outcome outcome = run(shell("echo to out; echo to err >&2"));
        assertThat(outcome.out()).isEqualTo("to out\n");
        assertThat(outcome.err()).isEqualTo("to err\n");
    }

    @Test
    void tapsHearEveryByte() throws Exception {
        Outcome outcome =
                run(shell("i=0; while [ $i -lt 2000 ]; do echo \"line $i of this output\"; i=$((i+1)); done"));
        assertThat(outcome.out().lines()).hasSize(2000);
        assertThat(outcome.out()).endsWith("line 1999 of this output\n");
    }

    @Test
    void givesTheEnvironmentAndNothingElse() throws Exception {
        assertThat(run(spec(List.of("/usr/bin/env"))).out().lines())
                .containsExactlyInAnyOrder("PATH=/usr/bin:/bin", "GREETING=hello there", "LC_ALL=C");
    }

    @Test
    void startsInTheWorkingDirectory() throws Exception {
        assertThat(run(shell("pwd; echo made > made")).out()).isEqualTo(project + "\n");
        assertThat(project.resolve("made")).hasContent("made");
    }

    @Test
    void leavesNoDescriptorOpen() throws Exception {
        assertThat(run(shell("ls /proc/self/fd")).out().split("\\s+")).containsExactly("0", "1", "2", "3");
    }

    @Test
    void doesNotStartBeforeTheRelease() throws Exception {
        try (StagedSandbox sandbox = backend().stage(shell("echo ran > ran"), OutputTaps.NONE)) {
            assertThat(sandbox.pid()).isPositive();
            assertThat(Path.of("/proc/" + sandbox.pid())).exists();
            Thread.sleep(200);
            assertThat(project.resolve("ran")).doesNotExist();
            sandbox.release();
            assertThat(sandbox.await().exit().status()).isZero();
        }
        assertThat(project.resolve("ran")).exists();
    }

    @Test
    void closingAStagedSandboxStartsNothing() throws Exception {
        long pid;
        try (StagedSandbox sandbox = backend().stage(shell("echo ran > ran"), OutputTaps.NONE)) {
            pid = sandbox.pid();
        }
        assertThat(project.resolve("ran")).doesNotExist();
        assertGone(pid);
    }

    @Test
    void deliversASignal() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SandboxSpec spec = shell("trap 'echo caught; exit 7' TERM; echo ready > ready; while :; do sleep 0.05; done");
        try (StagedSandbox sandbox = backend().stage(spec, taps(out, new ByteArrayOutputStream()))) {
            sandbox.release();
            awaitFile(project.resolve("ready"));
            sandbox.signal(SIGTERM);
            assertThat(sandbox.await().exit()).isEqualTo(new Exit.Code(7));
            sandbox.signal(SIGTERM); // does nothing any more
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("caught\n");
    }

    @Test
    void killsForCertain() throws Exception {
        SandboxSpec spec = shell("trap '' TERM INT HUP; echo ready > ready; while :; do sleep 0.05; done");
        try (StagedSandbox sandbox = backend().stage(spec, OutputTaps.NONE)) {
            sandbox.release();
            awaitFile(project.resolve("ready"));
            sandbox.kill();
            assertThat(sandbox.await().exit()).isEqualTo(new Exit.Signal(SIGKILL));
            assertGone(sandbox.pid());
        }
    }

    @Test
    void whatTheCommandLeavesBehindDiesWithIt() throws Exception {
        Outcome outcome = run(shell("setsid sh -c 'while :; do echo alive > beat; sleep 0.02; done' >/dev/null 2>&1 &"
                + " while [ ! -e beat ]; do sleep 0.02; done"));
        assertThat(outcome.status()).isZero();
        Files.delete(project.resolve("beat"));
        Thread.sleep(200);
        assertThat(project.resolve("beat")).doesNotExist();
    }

    @Test
    void closeKillsTheTreeAndTwiceDoesNoHarm() throws Exception {
        SandboxSpec spec = shell(
                "sh -c 'while :; do echo alive > beat; sleep 0.02; done' & while [ ! -e beat ]; do sleep 0.02; done; wait");
        StagedSandbox sandbox = backend().stage(spec, OutputTaps.NONE);
        sandbox.release();
        awaitFile(project.resolve("beat"));
        sandbox.close();
        sandbox.close();
        assertGone(sandbox.pid());
        Files.delete(project.resolve("beat"));
        Thread.sleep(200);
        assertThat(project.resolve("beat")).doesNotExist();
    }

    @Test
    void leaksNoDescriptorAndNoProcess() throws Exception {
        int status = run(shell("true")).status();
        assertThat(status).isZero();
        long files = openFiles();
        long children = ProcessHandle.current().children().count();
        for (int i = 0; i < 5; i++) {
            status = run(shell("true")).status();
            assertThat(status).isZero();
        }
        assertThat(openFiles()).isLessThanOrEqualTo(files);
        assertThat(ProcessHandle.current().children().count()).isLessThanOrEqualTo(children);
    }

    private static long openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    @Test
    void anInterruptedWaitLeavesTheSandboxAlone() throws Exception {
        try (StagedSandbox sandbox = backend().stage(shell("sleep 1; exit 5"), OutputTaps.NONE)) {
            sandbox.release();
            Thread.currentThread().interrupt();
            assertThatThrownBy(sandbox::await).isInstanceOf(InterruptedException.class);
            assertThat(sandbox.await().exit()).isEqualTo(new Exit.Code(5));
        }
    }

    @Test
    void aMissingCommandIs127() throws Exception {
        try (StagedSandbox sandbox = backend().stage(spec(List.of("/usr/bin/no-such-command")), OutputTaps.NONE)) {
            assertThatThrownBy(sandbox::release)
                    .isInstanceOfSatisfying(
                            GleisnerException.CommandNotStarted.class,
                            e -> assertThat(e.status()).isEqualTo(127));
        }
    }

    @Test
    void aFileThatIsNoProgramIs126() throws Exception {
        Path file = Files.writeString(project.resolve("notes.txt"), "nothing to run");
        try (StagedSandbox sandbox = backend().stage(spec(List.of(file.toString())), OutputTaps.NONE)) {
            assertThatThrownBy(sandbox::release)
                    .isInstanceOfSatisfying(
                            GleisnerException.CommandNotStarted.class,
                            e -> assertThat(e.status()).isEqualTo(126));
        }
    }

    @Test
    void countsWhatWasUsed() throws Exception {
        Outcome outcome = run(shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"));
        assertThat(outcome.ended()
                        .resources()
                        .userTime()
                        .plus(outcome.ended().resources().systemTime()))
                .isGreaterThan(Duration.ofMillis(5));
        assertThat(outcome.ended().resources().maxResidentBytes()).isGreaterThan(100_000);
    }

    @Test
    void reportsOnEveryLayer() throws Exception {
        try (StagedSandbox sandbox = backend().stage(shell("true"), OutputTaps.NONE)) {
            assertThat(sandbox.enforcement().confined()).isEqualTo(backend().confines());
            for (Layer layer : Layer.values()) {
                assertThat(sandbox.enforcement().layer(layer)).as(layer.key()).isPresent();
            }
        }
    }

    /** Waits for something that the command makes. */
    protected static void awaitFile(Path file) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as("waiting for " + file).isLessThan(end);
            Thread.sleep(10);
        }
    }

    /** Waits until there is no such process. */
    protected static void assertGone(long pid) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (Files.exists(Path.of("/proc/" + pid))) {
            assertThat(System.nanoTime()).as("process " + pid + " must end").isLessThan(end);
            Thread.sleep(10);
        }
    }
}
