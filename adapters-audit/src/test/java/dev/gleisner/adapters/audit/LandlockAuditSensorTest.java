package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.SensorContract.Recording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Denials of real sandboxes, heard through the audit log of this machine. */
@Tag("kernel")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LandlockAuditSensorTest {
    /** Landlock alone forbids it: the mount is writable, and shared memory needs no symbolic links. */
    private static final String FORBIDDEN = "ln -s nowhere /dev/shm/link";

    @TempDir
    Path temporary;

    private Path project = Path.of("/");

    @BeforeEach
    void makeProject() throws Exception {
        project = Files.createDirectory(temporary.toRealPath().resolve("project"));
    }

    /** What was heard, and how complete it is. */
    private record Heard(List<Event> events, SensorReport report, int status) {}

    private static Heard watch(StagedSandbox sandbox, Path project) throws Exception {
        Recording recording = new Recording();
        try (Sensor sensor = new LandlockAuditSensorProvider().create("")) {
            sensor.attach(new Sensor.Target(project, sandbox.pid(), OptionalInt.empty()), recording);
            sandbox.release();
            int status = sandbox.await().exit().status();
            SensorReport report = sensor.finish();
            return new Heard(recording.events(), report, status);
        }
    }

    @Test
    void aDenialBecomesAnEvent() throws Exception {
        try (AuditSwitch _ = AuditSwitch.on();
                StagedSandbox sandbox = RealSandbox.shell(project, true, FORBIDDEN)) {
            Heard heard = watch(sandbox, project);
            assertThat(heard.status()).isNotZero();
            assertThat(heard.events()).anySatisfy(event -> {
                assertThat(event).isInstanceOf(Event.Denied.class);
                Event.Denied denied = (Event.Denied) event;
                assertThat(denied.layer()).isEqualTo("landlock");
                assertThat(denied.attempt()).isEqualTo("make a symbolic link in /dev/shm");
                assertThat(denied.hint()).isNotBlank();
            });
            assertThat(heard.report().events()).isEqualTo(heard.events().size());
            assertThat(heard.report().lost()).isEqualTo(Optional.of(0L));
            assertThat(heard.report().counters().get(LandlockAuditSensor.COUNTED))
                    .isGreaterThanOrEqualTo(heard.events().size());
        }
    }

    @Test
    void withoutLandlockTheSameWorksAndNothingIsHeard() throws Exception {
        try (AuditSwitch _ = AuditSwitch.on();
                StagedSandbox sandbox = RealSandbox.shell(project, false, FORBIDDEN)) {
            Heard heard = watch(sandbox, project);
            assertThat(heard.status()).isZero();
            assertThat(heard.events()).isEmpty();
            assertThat(heard.report().lost()).isEqualTo(Optional.of(0L));
        }
    }

    @Test
    void deniedByAnotherSandboxIsNotOurs() throws Exception {
        try (AuditSwitch _ = AuditSwitch.on();
                StagedSandbox other = RealSandbox.shell(
                        project, true, "while ! [ -e done ]; do " + FORBIDDEN + "; sleep 0.02; done; exit 7");
                StagedSandbox ours = RealSandbox.shell(project, true, "sleep 0.3; touch done")) {
            other.release();
            Heard heard = watch(ours, project);
            assertThat(other.await().exit().status()).isEqualTo(7);
            assertThat(heard.status()).isZero();
            assertThat(heard.events()).isEmpty();
        }
    }

    @Test
    void manyDenialsAreAllHeard() throws Exception {
        int many = 2000;
        try (AuditSwitch _ = AuditSwitch.on();
                StagedSandbox sandbox = RealSandbox.shell(project, true, "ln -s $(seq " + many + ") /dev/shm")) {
            Heard heard = watch(sandbox, project);
            assertThat(heard.report().lost()).isEqualTo(Optional.of(0L));
            assertThat(heard.events()).hasSize(many);
            assertThat(heard.report().counters().get(LandlockAuditSensor.COUNTED))
                    .isGreaterThanOrEqualTo(many);
        }
    }

    @Test
    void takesNoOption() {
        assertThatThrownBy(() -> new LandlockAuditSensorProvider().create("all"))
                .isInstanceOf(GleisnerException.BadInput.class);
    }
}
