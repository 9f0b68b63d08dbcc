package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.Needs;
import dev.gleisner.ports.contract.SensorContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("kernel")
final class FanotifySensorTest extends SensorContract {
    @Override
    protected Sensor sensor() throws GleisnerException {
        Needs.feature("fanotify", new FanotifySensorProvider().probe());
        return new FanotifySensorProvider().create("project");
    }

    /** What came, with who did it. */
    private record Seen(Origin origin, Event event) {}

    private List<Seen> watch(String line, Sensor watching) throws Exception {
        List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
        try (Sensor closing = watching;
                StagedSandbox sandbox = RealSandbox.shell(project, true, line)) {
            closing.attach(
                    new Sensor.Target(project, sandbox.pid(), OptionalInt.empty()),
                    (origin, _, event) -> seen.add(new Seen(origin, event)));
            sandbox.release();
            assertThat(sandbox.await().exit().status()).isZero();
            SensorReport report = closing.finish();
            assertThat(report.lost()).isEqualTo(Optional.of(0L));
            assertThat(report.events()).isEqualTo(seen.size());
        }
        return seen;
    }

    private static List<Event> events(List<Seen> seen) {
        return seen.stream().map(Seen::event).toList();
    }

    @Test
    void seesWhatASandboxDoesAndWhoItWas() throws Exception {
        Files.writeString(project.resolve("in"), "content");
        List<Seen> seen = watch("cat in > out; mv out moved; mkdir d; rm in", new FanotifySensor(false, true));
        assertThat(events(seen))
                .contains(
                        new Event.FileRead(at("in")),
                        new Event.FileCreated(at("out")),
                        new Event.FileRenamed(at("out"), at("moved")),
                        new Event.DirectoryCreated(at("d")),
                        new Event.FileDeleted(at("in")));
        Map<Long, List<Event>> byProcess = new HashMap<>();
        for (Seen each : seen) {
            byProcess
                    .computeIfAbsent(each.origin().pid(), _ -> new ArrayList<>())
                    .add(each.event());
        }
        assertThat(byProcess.keySet()).doesNotContain(ProcessHandle.current().pid());
        assertThat(byProcess.size()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void seesProgramsOutsideOfTheProjectUnlessAskedNotTo() throws Exception {
        Path shell = Path.of("/bin/sh").toRealPath();
        Needs.that(
                "one file system",
                Files.getFileStore(shell).equals(Files.getFileStore(project)),
                "programs and temporary files are on different file systems");
        assertThat(events(watch("cat /etc/passwd > /dev/null", new FanotifySensor(false, true))))
                .contains(new Event.FileRead("/etc/passwd"));
        assertThat(events(watch("cat /etc/passwd > /dev/null", new FanotifySensor(true, true))))
                .isEmpty();
    }

    @Test
    void whatOthersDoIsNotOurs() throws Exception {
        Path outside = Files.createDirectory(project.resolveSibling("outside"));
        Process other = new ProcessBuilder("sh", "-c", "while [ ! -e stop ]; do echo x > a; cat a > b; rm a b; done")
                .directory(outside.toFile())
                .start();
        try {
            List<Seen> seen =
                    watch("for i in 1 2 3 4 5 6 7 8 9; do echo $i > f$i; done", new FanotifySensor(false, true));
            assertThat(events(seen)).contains(new Event.FileWritten(at("f9")));
            assertThat(seen)
                    .noneSatisfy(each -> assertThat(each.event().toString()).contains(outside.toString()));
        } finally {
            Files.createFile(outside.resolve("stop"));
            assertThat(other.waitFor()).isZero();
        }
    }

    @Test
    void directoriesThatAreGoneSoonHaveTheirPaths() throws Exception {
        List<Event> seen = events(watch(
                "for i in 1 2 3 4 5; do mkdir -p a/b/c$i; echo x > a/b/c$i/f; rm -r a; done",
                new FanotifySensor(true, true)));
        for (int i = 1; i <= 5; i++) {
            assertThat(seen).contains(new Event.FileWritten(at("a/b/c" + i + "/f")));
        }
    }

    @Test
    void aRenamedDirectoryGivesItsNewPath() throws Exception {
        assertThat(events(watch(
                        "mkdir -p old/in; echo 1 > old/in/one; mv old new; echo 2 > new/in/two",
                        new FanotifySensor(true, true))))
                .containsSubsequence(
                        new Event.FileWritten(at("old/in/one")),
                        new Event.FileRenamed(at("old"), at("new")),
                        new Event.FileWritten(at("new/in/two")));
    }

    @Test
    void anOverflowIsCounted() throws Exception {
        long limit = Long.parseLong(Files.readString(Path.of("/proc/sys/fs/fanotify/max_queued_events"))
                .strip());
        Needs.that("fanotify queue", limit <= 50_000, "max_queued_events is " + limit + "; to run it, lower it");
        CountDownLatch full = new CountDownLatch(1);
        try (Sensor limited = new FanotifySensor(true, false)) {
            List<Event> seen = Collections.synchronizedList(new ArrayList<>());
            limited.attach(
                    new Sensor.Target(project, ProcessHandle.current().pid(), OptionalInt.empty()), (_, _, event) -> {
                        awaitQuietly(full);
                        seen.add(event);
                    });
            for (int i = 0; i < limit + 20_000; i++) {
                Files.createFile(project.resolve("f" + i));
            }
            full.countDown();
            SensorReport report = limited.finish();
            assertThat(report.lost().orElse(0L)).isPositive();
            assertThat(seen).contains(new Event.EventsLost(-1, "none"));
            assertThat(report.events()).isEqualTo(seen.size());
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void refusesAnOptionThatItDoesNotKnow() {
        assertThatThrownBy(() -> new FanotifySensorProvider().create("everything"))
                .isInstanceOf(GleisnerException.BadInput.class)
                .hasMessageContaining("project");
    }
}
