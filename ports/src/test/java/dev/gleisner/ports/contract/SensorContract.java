package dev.gleisner.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every sensor of the project tree must do. */
public abstract class SensorContract {
    /** The project; its path has no link in it. */
    protected Path project;

    /** What came so far. */
    protected final Recording recording = new Recording();

    /** The sensor under test. */
    protected Sensor sensor;

    @TempDir
    Path temporary;

    /** A fresh sensor. */
    protected abstract Sensor sensor() throws GleisnerException;

    /** Keeps what it is given. */
    public static final class Recording implements EventConsumer {
        private final List<Event> events = new ArrayList<>();

        @Override
        public synchronized void accept(Origin origin, long nanos, Event event) {
            assertThat(origin.source()).isNotBlank();
            events.add(event);
        }

        /** What came so far, in order. */
        public synchronized List<Event> events() {
            return List.copyOf(events);
        }
    }

    @BeforeEach
    void makeProject() throws IOException, GleisnerException {
        project = Files.createDirectory(temporary.toRealPath().resolve("project"));
        sensor = sensor();
    }

    @AfterEach
    void closeSensor() {
        if (sensor != null) { // a test that is skipped makes none
            sensor.close();
            sensor.close();
        }
    }

    /** Attaches to the project. */
    protected final void attach() throws GleisnerException {
        sensor.attach(new Sensor.Target(project, ProcessHandle.current().pid(), OptionalInt.empty()), recording);
    }

    /** Finishes and gives back all events. */
    protected final List<Event> finish() throws GleisnerException {
        SensorReport report = sensor.finish();
        List<Event> events = recording.events();
        assertThat(report.events()).isEqualTo(events.size());
        assertThat(report.attachedBeforeRelease()).isTrue();
        return events;
    }

    /** Absolute path of a name in the project, as events have it. */
    protected final String at(String name) {
        return project + "/" + name;
    }

    @Test
    void whatHappenedBeforeAttachIsNotReported() throws Exception {
        Files.writeString(project.resolve("old"), "x");
        attach();
        assertThat(finish()).isEmpty();
    }

    @Test
    void createWriteDelete() throws Exception {
        attach();
        Files.writeString(project.resolve("a"), "content");
        Files.delete(project.resolve("a"));
        assertThat(finish())
                .containsSubsequence(
                        new Event.FileCreated(at("a")), new Event.FileWritten(at("a")), new Event.FileDeleted(at("a")));
    }

    @Test
    void readIsNoWrite() throws Exception {
        Files.writeString(project.resolve("read"), "content");
        attach();
        assertThat(Files.readString(project.resolve("read"))).isEqualTo("content");
        assertThat(finish()).containsExactly(new Event.FileRead(at("read")));
    }

    @Test
    void renameKeepsBothNames() throws Exception {
        Files.writeString(project.resolve("one"), "content");
        attach();
        Files.move(project.resolve("one"), project.resolve("two"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(finish()).containsExactly(new Event.FileRenamed(at("one"), at("two")));
    }

    @Test
    void finishDeliversWhatIsUnderWay() throws Exception {
        attach();
        for (int i = 0; i < 500; i++) {
            Files.writeString(project.resolve("f" + i), "content");
        }
        List<Event> events = finish();
        for (int i = 0; i < 500; i++) {
            assertThat(events).contains(new Event.FileCreated(at("f" + i)), new Event.FileWritten(at("f" + i)));
        }
    }

    @Test
    void evidenceInTheProjectIsNotWatched() throws Exception {
        attach();
        Files.createDirectory(project.resolve(".gleisner"));
        Files.writeString(project.resolve(".gleisner/x"), "content");
        assertThat(finish()).isEmpty();
    }
}
