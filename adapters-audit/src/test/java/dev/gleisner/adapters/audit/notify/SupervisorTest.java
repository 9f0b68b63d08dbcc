package dev.gleisner.adapters.audit.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.Needs;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a command whose calls wait when the supervisor stands still, or is killed. */
@Tag("kernel")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SupervisorTest {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({"native,false", "native,true", "none,false", "none,true"})
    void theCommandStandsStillWithItAndDiesWithIt(String backend, boolean stopFirst) throws Exception {
        Needs.feature("notify", new NotifySensorProvider().probe());
        if (backend.equals("native")) {
            Needs.feature("namespaces", Session.provider("native").probe());
        }
        Path project = Files.createDirectory(temporary.toRealPath().resolve("project"));
        Session.compile(project);
        Process supervisor = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Supervisor.class.getName(),
                        backend,
                        project.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long command;
        try (BufferedReader reader = supervisor.inputReader(StandardCharsets.UTF_8)) {
            command = Long.parseLong(reader.readLine());
            Session.waitFor(project.resolve("e1000"));
            if (stopFirst) {
                signal("STOP", supervisor.pid());
                Thread.sleep(200); // until its last thread stands still
                long before = switches(command);
                Thread.sleep(300);
                assertThat(switches(command) - before)
                        .as("calls go on without the supervisor")
                        .isLessThan(3);
                signal("CONT", supervisor.pid());
                long after = switches(command);
                for (int i = 0; i < 100 && switches(command) < after + 50; i++) {
                    Thread.sleep(50);
                }
                assertThat(switches(command)).as("calls go on again").isGreaterThanOrEqualTo(after + 50);
                signal("STOP", supervisor.pid());
            }
            signal("KILL", supervisor.pid());
            supervisor.waitFor();
        } finally {
            supervisor.destroyForcibly(); // one that stands still holds our output, and the build with it
        }
        Session.gone(command);
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    /** How often the process has waited so far. */
    private static long switches(long pid) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("voluntary_ctxt_switches:")) {
                return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        throw new AssertionError("no count of switches");
    }

    /** The supervisor that is killed; a program of its own. */
    static final class Supervisor {
        private Supervisor() {}

        public static void main(String[] args) throws Exception {
            Path project = Path.of(args[1]);
            Session session = new Session(args[0], project);
            try (Sensor sensor = new NotifySensorProvider().create("");
                    StagedSandbox sandbox =
                            session.backend().stage(session.program("endless"), OutputTaps.NONE, sensor.traps())) {
                sensor.attach(
                        new Sensor.Target(project, sandbox.pid(), sandbox.listener()), (origin, nanos, event) -> {});
                sandbox.release();
                try (FileOutputStream out = new FileOutputStream("/dev/stdout")) {
                    out.write((sandbox.pid() + "\n").getBytes(StandardCharsets.UTF_8));
                }
                Thread.sleep(60_000);
            }
        }
    }
}
