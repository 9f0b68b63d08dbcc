package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.contract.SensorContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InotifySensorTest extends SensorContract {
    @Override
    protected Sensor sensor() {
        return new InotifySensorProvider().create();
    }

    @Test
    void providerIsReady() {
        assertThat(new InotifySensorProvider().probe().ready()).isTrue();
    }

    @Test
    void newDirectoriesAreWatchedAndWhatIsInThemIsReportedOnce() throws Exception {
        attach();
        for (int i = 0; i < 50; i++) {
            Path deep = Files.createDirectories(project.resolve("d" + i + "/a/b"));
            Files.writeString(deep.resolve("file"), "content");
        }
        List<Event> events = finish();
        for (int i = 0; i < 50; i++) {
            assertThat(events).containsOnlyOnce(new Event.DirectoryCreated(at("d" + i)));
            assertThat(events).containsOnlyOnce(new Event.DirectoryCreated(at("d" + i + "/a/b")));
            assertThat(events).containsOnlyOnce(new Event.FileCreated(at("d" + i + "/a/b/file")));
        }
    }

    @Test
    void aRenamedDirectoryKeepsItsWatch() throws Exception {
        Files.createDirectories(project.resolve("old/in"));
        Files.createDirectories(project.resolve("other"));
        attach();
        Files.move(project.resolve("old"), project.resolve("other/new"));
        Files.writeString(project.resolve("other/new/in/file"), "content");
        assertThat(finish())
                .containsSubsequence(
                        new Event.FileRenamed(at("old"), at("other/new")),
                        new Event.FileCreated(at("other/new/in/file")));
    }
}
