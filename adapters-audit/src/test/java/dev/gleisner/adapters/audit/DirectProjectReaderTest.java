package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.contract.ProjectReaderContract;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DirectProjectReaderTest extends ProjectReaderContract {
    private static final String SECRET = "the secret that must not be read";

    @Override
    protected ProjectReader reader() {
        return new DirectProjectReaderProvider().create();
    }

    /** Java cannot delete paths longer than PATH_MAX; rm can. */
    @AfterEach
    void removeDeepTrees() throws Exception {
        assertThat(new ProcessBuilder("rm", "-rf", project.toString()).start().waitFor())
                .isZero();
    }

    private static void shell(Path directory, String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void tenThousandFiles() throws Exception {
        shell(project, "for d in {0..99}; do mkdir $d; for f in {0..99}; do echo $d/$f > $d/$f; done; done");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.files()).hasSize(10_000);
        List<FileState> hashed = reader.hash(project, snapshot.files().keySet());
        assertThat(hashed).hasSize(10_000);
        for (FileState state : hashed) {
            assertThat(state.digest()).contains(Digest.sha256((state.path() + "\n").getBytes(StandardCharsets.UTF_8)));
            assertThat(state.changed())
                    .isEqualTo(snapshot.files().get(state.path()).changed());
        }
    }

    @Test
    void pathsLongerThanThePathLimit() throws Exception {
        // 200 levels of 100 characters: PATH_MAX is 4096; more levels than stay open at once, with a file on each.
        String name = "d".repeat(100);
        shell(project, "for i in {1..200}; do echo $i > file; mkdir " + name + "; cd -P " + name + "; done");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.files()).hasSize(200);
        assertThat(snapshot.skippedCount()).isZero();
        assertThat(reader.hash(project, snapshot.files().keySet())).hasSize(200);
    }

    @Test
    void siblingsOfADeepBranchAreFoundOnTheWayBack() throws Exception {
        shell(project, "for i in {1..150}; do mkdir a b; echo x > b/file; cd a; done; echo x > file");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.files()).hasSize(151);
        assertThat(snapshot.skipped()).isEmpty();
    }

    @Test
    void bottomlessTreesEnd() throws Exception {
        shell(
                project,
                "python3 -c 'import os\nfor i in range(2100): os.mkdir(\"d\"); os.chdir(\"d\")\nopen(\"f\", \"w\")'");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.files()).isEmpty();
        assertThat(snapshot.skippedCount()).isEqualTo(1);
        assertThat(snapshot.skipped().getFirst()).contains("deeper than");
    }

    @Test
    void namesThatAreNoText() throws Exception {
        shell(project, "echo 1 > $'\\xff\\xfe'; echo 2 > $'new\\nline'; echo 3 > 'back\\slash'; echo 4 > ü");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.files()).containsOnlyKeys("\\xff\\xfe", "new\nline", "back\\\\slash", "ü");
        assertThat(reader.hash(project, snapshot.files().keySet())).hasSize(4);
    }

    @Test
    void directoriesThatCannotBeReadAreSkippedAndCounted() throws Exception {
        write("open/a", "x");
        write("shut/b", "x");
        shell(project, "chmod 0 shut");
        Snapshot snapshot = reader.scan(project);
        if (Files.isReadable(project.resolve("shut"))) {
            assertThat(snapshot.files()).as("root can read everything").containsOnlyKeys("open/a", "shut/b");
        } else {
            assertThat(snapshot.files()).containsOnlyKeys("open/a");
            assertThat(snapshot.skipped()).singleElement().asString().startsWith("shut: EACCES");
            assertThat(reader.hash(project, List.of("shut/b"))).isEmpty();
        }
        shell(project, "chmod 755 shut");
    }

    @Test
    void socketsAndDevicesAreSkipped() throws Exception {
        shell(
                project,
                "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")' && ln -s /dev/zero zero");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.skipped()).containsExactlyInAnyOrder("socket: socket", "zero: symbolic link");
        assertThat(reader.hash(project, List.of("socket", "zero"))).isEmpty();
    }

    @Test
    void aLargeFileIsStreamed() throws Exception {
        try (RandomAccessFile file =
                new RandomAccessFile(project.resolve("large").toFile(), "rw")) {
            file.setLength(300L * 1024 * 1024 + 7);
        }
        FileState state = reader.hash(project, List.of("large")).getFirst();
        assertThat(state.sizeBytes()).isEqualTo(300L * 1024 * 1024 + 7);
    }

    @Test
    @Tag("slow")
    void aDirectorySwappedForALinkIsNeverFollowed() throws Exception {
        Path outside = Files.createDirectory(project.resolveSibling("outside"));
        Files.writeString(outside.resolve("file"), SECRET);
        write("real/file", "harmless");
        Path place = project.resolve("place");
        Files.move(project.resolve("real"), place);
        Digest secret = Digest.sha256(SECRET.getBytes(StandardCharsets.UTF_8));
        int found = race(
                () -> {
                    Path aside = project.resolveSibling("aside");
                    Path link = Files.createSymbolicLink(project.resolve("link"), outside);
                    Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
                    Files.move(link, place, StandardCopyOption.ATOMIC_MOVE);
                    Files.delete(place);
                    Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
                },
                () -> {
                    List<FileState> states = reader.hash(project, List.of("place/file"));
                    for (FileState state : states) {
                        assertThat(state.digest()).isNotEqualTo(java.util.Optional.of(secret));
                    }
                    reader.scan(project)
                            .files()
                            .values()
                            .forEach(each ->
                                    assertThat(each.sizeBytes()).as(each.path()).isNotEqualTo(SECRET.length()));
                    return states.size();
                });
        assertThat(found).as("the harmless file was read sometimes").isPositive();
    }

    @Test
    @Tag("slow")
    void aFileSwappedForAFifoOrLinkNeitherHangsNorLeaks() throws Exception {
        Path outside = Files.writeString(project.resolveSibling("outside"), SECRET);
        Path file = write("file", "harmless");
        fifo("fifo");
        Digest harmless = Digest.sha256("harmless".getBytes(StandardCharsets.UTF_8));
        int found = race(
                () -> {
                    Path link = Files.createSymbolicLink(project.resolve("link"), outside);
                    Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
                    Files.createLink(project.resolve("again"), project.resolve("fifo"));
                    Files.move(project.resolve("again"), file, StandardCopyOption.ATOMIC_MOVE);
                    Files.move(
                            Files.writeString(project.resolve("new"), "harmless"),
                            file,
                            StandardCopyOption.ATOMIC_MOVE);
                },
                () -> {
                    List<FileState> states = reader.hash(project, List.of("file"));
                    for (FileState state : states) {
                        assertThat(state.digest()).contains(harmless);
                    }
                    return states.size();
                });
        assertThat(found).as("the harmless file was read sometimes").isPositive();
    }

    @Test
    @Tag("slow")
    void aFileThatIsWrittenMeanwhileIsLeftOut() throws Exception {
        Path file = project.resolve("file");
        write("other", "x");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.setLength(200L * 1024 * 1024);
            race(
                    () -> {
                        out.seek(0);
                        out.write(1);
                        Thread.sleep(1);
                    },
                    () -> {
                        List<FileState> states = reader.hash(project, List.of("file", "other"));
                        assertThat(states).extracting(FileState::path).containsExactly("other");
                        return 1;
                    });
        }
        assertThat(reader.hash(project, List.of("file"))).hasSize(1);
    }

    @Test
    @Tag("slow")
    void aFileThatIsReplacedMeanwhileIsOneOfTheTwo() throws Exception {
        byte[] ones = new byte[1024 * 1024];
        byte[] twos = new byte[ones.length];
        Arrays.fill(ones, (byte) 1);
        Arrays.fill(twos, (byte) 2);
        Path file = project.resolve("file");
        Files.write(file, ones);
        List<Digest> whole = List.of(Digest.sha256(ones), Digest.sha256(twos));
        byte[][] next = {twos, ones};
        int[] turn = {0};
        int found = race(
                () -> Files.move(
                        Files.write(project.resolve("new"), next[turn[0]++ % 2]), file, StandardCopyOption.ATOMIC_MOVE),
                () -> {
                    List<FileState> states = reader.hash(project, List.of("file"));
                    for (FileState state : states) {
                        assertThat(state.digest()).isPresent().get().isIn(whole);
                    }
                    return states.size();
                });
        assertThat(found).isPositive();
    }

    /** Something that an adversary does again and again. */
    private interface Move {
        void make() throws Exception;
    }

    /** Something of ours that runs meanwhile and counts. */
    private interface Look {
        int take() throws Exception;
    }

    private static int race(Move adversary, Look ours) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Throwable> failures = new ArrayList<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try {
                    adversary.make();
                } catch (AtomicMoveNotSupportedException e) {
                    throw new AssertionError(e);
                } catch (Exception | Error e) {
                    failures.add(e);
                    return;
                }
            }
        });
        int sum = 0;
        long end = System.nanoTime() + 2_000_000_000L;
        try {
            while (System.nanoTime() < end) {
                sum += ours.take();
            }
        } finally {
            over.set(true);
            thread.join();
        }
        assertThat(failures).isEmpty();
        return sum;
    }

    @Test
    void noDescriptorIsLeftOpen() throws Exception {
        write("a/b/c", "x");
        write(".git/HEAD", "ref: refs/heads/main\n");
        look();
        long before = descriptors();
        for (int i = 0; i < 20; i++) {
            look();
        }
        // not more: what other tests' threads still had open may be closed meanwhile
        assertThat(descriptors()).isLessThanOrEqualTo(before);
    }

    private void look() throws Exception {
        reader.hash(project, reader.scan(project).files().keySet());
        assertThat(reader.git(project)).isPresent();
    }

    private static long descriptors() throws IOException {
        try (var list = Files.list(Path.of("/proc/self/fd"))) {
            return list.count();
        }
    }
}
