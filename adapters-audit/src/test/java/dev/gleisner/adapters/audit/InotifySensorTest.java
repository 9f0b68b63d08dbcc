package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.contract.SensorContract;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class InotifySensorTest extends SensorContract {
    @Override
    protected Sensor sensor() throws GleisnerException {
        return new InotifySensorProvider().create("");
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

    @Test
    void whatLeavesTheTreeIsDeletedAndWhatComesInIsCreated() throws Exception {
        Path outside = Files.createDirectories(project.resolveSibling("outside/dir/sub"))
                .getParent();
        Files.writeString(outside.resolve("sub/file"), "content");
        Files.createDirectories(project.resolve("leaves/sub"));
        Files.writeString(project.resolve("goes"), "content");
        attach();
        Files.move(outside, project.resolve("comes"));
        Files.move(project.resolve("leaves"), project.resolveSibling("gone"));
        Files.move(project.resolve("goes"), project.resolveSibling("gone too"));
        Files.writeString(project.resolveSibling("gone").resolve("sub/later"), "not ours any more");
        List<Event> events = finish();
        assertThat(events)
                .contains(
                        new Event.DirectoryCreated(at("comes")),
                        new Event.DirectoryCreated(at("comes/sub")),
                        new Event.FileCreated(at("comes/sub/file")),
                        new Event.DirectoryDeleted(at("leaves")),
                        new Event.FileDeleted(at("goes")));
    }

    @Test
    void aWatchThatLeftTheTreeIsGivenBack() throws Exception {
        Files.createDirectories(project.resolve("leaves/sub"));
        attach();
        Path gone = Files.move(project.resolve("leaves"), project.resolveSibling("gone"));
        awaitEvent(new Event.DirectoryDeleted(at("leaves")));
        Files.writeString(gone.resolve("sub/later"), "not ours any more");
        assertThat(finish()).containsExactly(new Event.DirectoryDeleted(at("leaves")));
    }

    private void awaitEvent(Event event) throws InterruptedException {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!recording.events().contains(event) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(recording.events()).contains(event);
    }

    @Test
    void aNameThatIsUsedAgainEndsBeforeItBegins() throws Exception {
        Files.writeString(project.resolve("a"), "1");
        attach();
        Files.move(project.resolve("a"), project.resolveSibling("elsewhere"));
        Files.writeString(project.resolve("a"), "2");
        assertThat(finish()).containsSubsequence(new Event.FileDeleted(at("a")), new Event.FileCreated(at("a")));
    }

    @Test
    void aWriteIsReportedOnceForEachOpening() throws Exception {
        Files.writeString(project.resolve("a"), "1");
        attach();
        try (var out = Files.newOutputStream(project.resolve("a"))) {
            for (int i = 0; i < 1000; i++) {
                out.write(i);
                Files.readAttributes(project.resolve("a"), "*");
            }
        }
        assertThat(finish()).containsExactly(new Event.FileWritten(at("a")));
    }

    @Test
    void attributesTruncationLinksAndFifos() throws Exception {
        Files.writeString(project.resolve("a"), "1");
        attach();
        shell("chmod 600 a; ln -s /etc/passwd link; mkfifo fifo; ln a hard; rm link");
        assertThat(finish())
                .contains(
                        new Event.AttributesChanged(at("a")),
                        new Event.FileCreated(at("link")),
                        new Event.FileDeleted(at("link")),
                        new Event.FileCreated(at("fifo")),
                        new Event.FileCreated(at("hard")));
    }

    private void shell(String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(project.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void namesThatAreNoText() throws Exception {
        attach();
        shell("echo 1 > $'\\xff'; mkdir $'new\\nline'; sleep 0.1; echo 2 > $'new\\nline/back\\\\slash'");
        assertThat(finish())
                .contains(
                        new Event.FileCreated(at("\\xff")),
                        new Event.DirectoryCreated(at("new\nline")),
                        new Event.FileCreated(at("new\nline/back\\\\slash")));
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        Path outside = Files.createDirectory(project.resolveSibling("outside"));
        Files.createSymbolicLink(project.resolve("before"), outside);
        attach();
        Files.createSymbolicLink(project.resolve("after"), outside);
        Files.writeString(outside.resolve("file"), "content");
        assertThat(finish()).containsExactly(new Event.FileCreated(at("after")));
    }

    @RepeatedTest(10)
    void everyFileOfABusyTreeIsReported() throws Exception {
        attach();
        shell("for d in {0..40}; do mkdir -p $d/x/y; for f in {0..20}; do echo $f > $d/x/y/$f; done;"
                + " mv $d/x $d/z; done; rm -r 7");
        Set<String> known = replay(finish());
        Set<String> missing = onDisk();
        missing.removeAll(known);
        known.removeAll(onDisk());
        assertThat(missing).as("on disk and not known").isEmpty();
        assertThat(known).as("known and not on disk").isEmpty();
    }

    /** The tree that the events lead to, starting from nothing. */
    private Set<String> replay(List<Event> events) {
        Set<String> known = new TreeSet<>();
        for (Event event : events) {
            switch (event) {
                case Event.FileCreated(var path) -> known.add(path);
                case Event.DirectoryCreated(var path) -> known.add(path);
                case Event.FileDeleted(var path) -> known.remove(path);
                case Event.DirectoryDeleted(var path) ->
                    known.removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
                case Event.FileRenamed(var from, var to) -> {
                    for (String each : List.copyOf(known)) {
                        if (each.equals(from) || each.startsWith(from + "/")) {
                            known.remove(each);
                            known.add(to + each.substring(from.length()));
                        }
                    }
                }
                default -> {}
            }
        }
        return known;
    }

    private Set<String> onDisk() throws Exception {
        try (Stream<Path> all = Files.walk(project)) {
            return all.filter(each -> !each.equals(project))
                    .map(Path::toString)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void anOverflowIsCountedAndRepaired() throws Exception {
        for (String directory : List.of("stays", "moves/sub", "goes/sub", "replaced")) {
            Files.createDirectories(project.resolve(directory));
            for (int i = 0; i < 10; i++) {
                Files.writeString(project.resolve(directory).resolve("old" + i), "old");
            }
        }
        Thread.sleep(1100); // so that inode times tell what is older than the session
        long limit;
        // Not Files.readString: its first read is of one byte, and files of /proc/sys give no second one.
        try (BufferedReader reader = Files.newBufferedReader(Path.of("/proc/sys/fs/inotify/max_queued_events"))) {
            limit = Long.parseLong(reader.readLine());
        }
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        sensor.attach(new Sensor.Target(project, 1, OptionalInt.empty()), (origin, nanos, event) -> {
            blocked.countDown();
            try {
                assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            recording.accept(origin, nanos, event);
        });
        // The consumer stands still, so the kernel's queue fills and overflows; what follows is lost.
        Files.writeString(project.resolve("first"), "x");
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        shell("for ((i = 0; i <= " + limit + " / 2 + 100; i++)); do echo $i > fill$((i % 2)); done");
        shell("echo new > stays/new; echo changed > stays/old3; rm stays/old4; mv moves elsewhere;"
                + " echo new > elsewhere/sub/new; rm -r goes; rm -r replaced; mkdir replaced; echo x > replaced/other;"
                + " mkdir -p fresh/deep; echo x > fresh/deep/file");
        release.countDown();
        Thread.sleep(300);
        shell("echo later > fresh/deep/later; echo later > elsewhere/sub/later");

        SensorReport report = sensor.finish();
        assertThat(report.lost()).hasValueSatisfying(lost -> assertThat(lost).isPositive());
        assertThat(report.note()).contains("overflowed").contains("comparing");
        List<Event> events = recording.events();
        assertThat(events)
                .contains(
                        new Event.EventsLost(-1, "rescan"),
                        new Event.FileCreated(at("stays/new")),
                        new Event.FileWritten(at("stays/old3")),
                        new Event.FileDeleted(at("stays/old4")),
                        new Event.FileRenamed(at("moves"), at("elsewhere")),
                        new Event.FileCreated(at("elsewhere/sub/new")),
                        new Event.DirectoryDeleted(at("goes")),
                        new Event.DirectoryCreated(at("fresh/deep")),
                        new Event.FileCreated(at("fresh/deep/file")),
                        new Event.FileCreated(at("replaced/other")),
                        new Event.FileCreated(at("fresh/deep/later")),
                        new Event.FileCreated(at("elsewhere/sub/later")));
        assertThat(events).doesNotContain(new Event.FileWritten(at("stays/old5")));
    }

    /**
     * Runs {@link FewWatches} with a limit that holds in a user namespace of its own: the machine's limit is not touched.
     */
    private List<String> withWatches(int limit) throws Exception {
        Process child = new ProcessBuilder(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "bash",
                        "-c",
                        "echo " + limit + " > /proc/sys/user/max_inotify_watches && exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FewWatches.class.getName(),
                        project.toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = child.inputReader().readAllLines();
        assertThat(child.waitFor()).as(lines.toString()).isZero();
        return lines;
    }

    @Test
    void tooFewWatchesAreAnErrorThatNamesTheLimit() throws Exception {
        for (int i = 0; i < 20; i++) {
            Files.createDirectory(project.resolve("d" + i));
        }
        assertThat(withWatches(10)).singleElement().asString().contains("HostLacks", "fs.inotify.max_user_watches");
        assertThat(withWatches(1000)).as("the twin with enough").noneMatch(line -> line.contains("HostLacks"));
    }

    @Test
    void watchesThatRunOutLaterAreCountedAndRepaired() throws Exception {
        List<String> lines = withWatches(2);
        assertThat(lines).contains(new Event.FileCreated(at("new/deep/file")).toString());
        assertThat(lines.getLast()).contains("lost=Optional[1]", "no watch left");
    }

    /** Attaches, makes a directory in a directory with a file, and prints what came. */
    static final class FewWatches {
        private FewWatches() {}

        public static void main(String[] args) throws Exception {
            Path project = Path.of(args[0]);
            try (Sensor sensor = new InotifySensorProvider().create("")) {
                sensor.attach(
                        new Sensor.Target(project, 1, OptionalInt.empty()),
                        (origin, nanos, event) -> System.out.println(event));
                Files.createDirectories(project.resolve("new/deep"));
                Thread.sleep(200);
                Files.writeString(project.resolve("new/deep/file"), "content");
                System.out.println(sensor.finish());
            } catch (GleisnerException.HostLacks e) {
                System.out.println("HostLacks " + e.getMessage() + " " + e.fix());
            }
        }
    }

    @Test
    void aConsumerThatFailsIsAnErrorAtTheEnd() throws Exception {
        sensor.attach(new Sensor.Target(project, 1, OptionalInt.empty()), (origin, nanos, event) -> {
            throw new IllegalStateException("consumer");
        });
        Files.writeString(project.resolve("a"), "x");
        assertThatThrownBy(() -> sensor.finish())
                .isInstanceOf(GleisnerException.KernelRefused.class)
                .hasMessageContaining("consumer");
    }
}
