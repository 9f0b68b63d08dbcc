package dev.gleisner.adapters.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.SandboxBackendProvider;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.Needs;
import dev.gleisner.ports.contract.SandboxBackendContract;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One process tree, one death: SIGKILL to the supervisor leaves nothing behind. */
@Tag("kernel")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SupervisorDeathTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({"native,true", "native,false", "none,true", "none,false"})
    void killingTheSupervisorKillsTheCommand(String backend, boolean released) throws Exception {
        if (backend.equals("native")) {
            Needs.feature("namespaces", new NativeBackendProvider().probe());
        }
        Path project = Files.createDirectory(temporary.toRealPath().resolve("project"));
        Process supervisor = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Supervisor.class.getName(),
                        backend,
                        Boolean.toString(released),
                        project.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long command;
        try (BufferedReader reader = supervisor.inputReader(StandardCharsets.UTF_8)) {
            command = Long.parseLong(reader.readLine());
            assertThat(Path.of("/proc/" + command)).exists();
            if (released) {
                Contract.waitFor(project.resolve("beat"));
            }
            supervisor.destroyForcibly().waitFor();
        }
        Contract.gone(command);
        Files.deleteIfExists(project.resolve("beat"));
        Thread.sleep(200);
        assertThat(project.resolve("beat")).doesNotExist();
    }

    /** Lends out the helpers of the contract. */
    private abstract static class Contract extends SandboxBackendContract {
        static void waitFor(Path file) throws InterruptedException {
            awaitFile(file);
        }

        static void gone(long pid) throws InterruptedException {
            assertGone(pid);
        }
    }

    /** The supervisor that is killed; a program of its own. */
    static final class Supervisor extends SandboxBackendContract {
        private final SandboxBackend backend;

        private Supervisor(SandboxBackend backend, Path project) {
            this.backend = backend;
            this.project = project;
        }

        @Override
        protected SandboxBackend backend() {
            return backend;
        }

        @Override
        protected int uid() {
            return Caller.UID;
        }

        @Override
        protected int gid() {
            return Caller.GID;
        }

        public static void main(String[] args) throws Exception {
            SandboxBackendProvider provider = List.of(new NativeBackendProvider(), new NoneBackendProvider()).stream()
                    .filter(each -> each.name().equals(args[0]))
                    .findFirst()
                    .orElseThrow();
            Supervisor supervisor = new Supervisor(provider.create(), Path.of(args[2]));
            try (StagedSandbox sandbox = supervisor.backend.stage(
                    supervisor.shell("trap '' TERM HUP INT; while :; do echo alive > beat; sleep 0.02; done"),
                    OutputTaps.NONE)) {
                if (Boolean.parseBoolean(args[1])) {
                    sandbox.release();
                }
                announce(sandbox.pid());
                Thread.sleep(60_000);
            }
        }

        private static void announce(long pid) throws IOException {
            try (var out = new java.io.FileOutputStream("/dev/stdout")) {
                out.write((pid + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
