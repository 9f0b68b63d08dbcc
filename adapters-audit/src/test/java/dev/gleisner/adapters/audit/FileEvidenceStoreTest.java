package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Chain;
import dev.gleisner.ports.EvidenceStore.Journal;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.EvidenceStore.Unfinished;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ScratchFile;
import dev.gleisner.ports.contract.EvidenceStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class FileEvidenceStoreTest extends EvidenceStoreContract {
    @Override
    protected EvidenceStore store(Path state) {
        return new FileEvidenceStore(state);
    }

    /** The directory of the project's evidence. */
    private Path evidence() throws IOException {
        try (Stream<Path> directories = Files.list(state)) {
            return directories.findFirst().orElseThrow();
        }
    }

    @Test
    void onlyTheOwnerCanLook() throws Exception {
        record("s1", 1, Optional.of(project));
        for (Path root : List.of(state, project.resolve(".gleisner"))) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path each : all.toList()) {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(each));
                    assertThat(mode).as(each.toString()).isEqualTo(Files.isDirectory(each) ? "rwx------" : "rw-------");
                }
            }
        }
    }

    @Test
    void aScratchFileHasNoName() throws Exception {
        try (Journal journal = store.begin(project, "s1");
                ScratchFile scratch = journal.scratch()) {
            scratch.append(bytes("secret"), 6);
            try (Stream<Path> files = Files.list(evidence())) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("project", "s1.audit.jsonl", "s1.lock");
            }
        }
    }

    @Test
    void aRootThatOthersCanReadIsClosed() throws Exception {
        Files.createDirectory(
                state, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        record("s1", 1, Optional.empty());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rwx------");
    }

    @Test
    void projectsAreKeptApartByTheirWholePath() throws Exception {
        record("s1", 1, Optional.empty());
        Path other = Files.createDirectories(project.resolveSibling("elsewhere/project"));
        assertThat(store.records(other)).isEmpty();
        assertThat(evidence().getFileName().toString())
                .isEqualTo(Digest.sha256(bytes(project.toString())).hex().substring(0, 32));
        assertThat(evidence().resolve("project")).hasContent(project + "\n");
    }

    @Test
    void aPlantedLinkGetsNoCopy() throws Exception {
        Path elsewhere = Files.createDirectory(project.resolveSibling("home"));
        Files.createSymbolicLink(project.resolve(".gleisner"), elsewhere);
        try (Journal journal = store.begin(project, "s1")) {
            journal.seal();
            try (Chain chain = store.lockChain(project)) {
                assertThat(chain.newest()).isEmpty();
                journal.commit(bytes("p"), bytes("b"), bytes("h"), Optional.empty(), Optional.of(project));
            }
            assertThat(journal.copyProblem())
                    .hasValueSatisfying(why -> assertThat(why).contains("symbolic link"));
        }
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(store.records(project)).hasSize(1);
    }

    @Test
    void plantedFilesInTheCopysPlaceAreReplacedNotFollowed() throws Exception {
        Path victim = Files.writeString(project.resolveSibling("victim"), "precious");
        Path copies = Files.createDirectory(project.resolve(".gleisner"));
        for (String name : List.of("s1.sigstore.json", ".s1.sigstore.json.new", "s1.audit.jsonl", "head.json")) {
            Files.createSymbolicLink(copies.resolve(name), victim);
        }
        record("s1", 1, Optional.of(project));
        assertThat(victim).hasContent("precious");
        assertThat(copies.resolve("s1.sigstore.json")).isRegularFile().hasBinaryContent(bytes("bundle of s1"));
        assertThat(Files.isSymbolicLink(copies.resolve("s1.audit.jsonl"))).isFalse();
    }

    @Test
    void aFifoInTheCopysPlaceDoesNoHarm() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", project.resolve(".gleisner").toString())
                        .start()
                        .waitFor())
                .isZero();
        try (Journal journal = store.begin(project, "s1")) {
            journal.seal();
            try (Chain chain = store.lockChain(project)) {
                assertThat(chain.size()).isZero();
                journal.commit(bytes("p"), bytes("b"), bytes("h"), Optional.empty(), Optional.of(project));
            }
            assertThat(journal.copyProblem()).isPresent();
        }
    }

    @Test
    void aTornLastLineOfTheChainIsCutOff() throws Exception {
        Stored first = record("s1", 1, Optional.empty());
        Files.write(evidence().resolve("chain"), bytes("abcdef"), StandardOpenOption.APPEND);
        assertThat(store.records(project)).containsExactly(first);
        Stored second = record("s2", 1, Optional.empty());
        assertThat(store.records(project)).containsExactly(first, second);
    }

    @Test
    void aDamagedLineOfTheChainIsRefused() throws Exception {
        record("s1", 1, Optional.empty());
        Path chain = evidence().resolve("chain");
        String line = Files.readString(chain);
        for (String damaged : List.of(
                "x\n",
                line.replace("s1.sigstore", "../s1.sigstore"),
                line.replace("s1.audit", "s2.audit"),
                line.replace(line.substring(0, 2), "ZZ"))) {
            Files.writeString(chain, damaged);
            assertThatThrownBy(() -> store.records(project))
                    .isInstanceOfSatisfying(
                            GleisnerException.EvidenceRejected.class,
                            e -> assertThat(e.reason()).isEqualTo("store.chain"));
        }
    }

    @Test
    void aHeadThatIsOneRecordOldIsPutRight() throws Exception {
        record("s1", 1, Optional.empty());
        record("s2", 1, Optional.empty());
        Path head = evidence().resolve("head.json");
        Files.delete(head); // it shares its inode with the head of s2
        Files.write(head, bytes("head s1"));
        store.lockChain(project).close();
        assertThat(head).hasBinaryContent(bytes("head s2"));
    }

    @Test
    void anyOtherHeadIsLeftForVerification() throws Exception {
        record("s1", 1, Optional.empty());
        record("s2", 1, Optional.empty());
        Path head = evidence().resolve("head.json");
        Files.delete(head);
        Files.write(head, bytes("head of somebody else"));
        store.lockChain(project).close();
        assertThat(head).hasBinaryContent(bytes("head of somebody else"));
    }

    @Test
    void linesReachTheDiskWhenNothingFollows() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            journal.draft(bytes("draft"));
            put(journal.log(), 0);
            Path log = evidence().resolve("s1.audit.jsonl");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (Files.size(log) == 0 && System.nanoTime() < deadline) {
                Thread.sleep(10);
            }
            assertThat(log).hasBinaryContent(lines(1));
        }
    }

    @Test
    void aLogThatSomebodyElseChangedIsNotSealed() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            journal.draft(bytes("draft"));
            put(journal.log(), 0);
            Files.write(evidence().resolve("s1.audit.jsonl"), bytes("x"), StandardOpenOption.APPEND);
            assertThatThrownBy(journal::seal).isInstanceOf(GleisnerException.StorageFailed.class);
        }
    }

    @Test
    void aFullDiskEndsTheSession() throws Exception {
        // /dev/full answers every write with ENOSPC.
        try (Fs fs = new Fs()) {
            int full = fs.open(Fs.AT_FDCWD, Durable.bytes("/dev/full"), Fs.O_WRONLY);
            assertThat(full).isNotNegative();
            try (LogWriter log = new LogWriter(Path.of("/dev/full"), full)) {
                put(log, 0);
                assertThatThrownBy(log::seal)
                        .isInstanceOfSatisfying(
                                GleisnerException.StorageFailed.class,
                                e -> assertThat(e).hasMessageContaining("ENOSPC"));
                assertThatThrownBy(() -> put(log, 1)).isInstanceOf(GleisnerException.StorageFailed.class);
            }
        }
    }

    @Test
    @Timeout(60)
    void aKilledSupervisorLeavesWholeLinesToRecover() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JournalWriter.class.getName(),
                        state.toString(),
                        project.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(child.inputReader().readLine()).isEqualTo("writing");
            assertThat(store.unfinished(project)).as("it lives").isEmpty();
            Thread.sleep(500);
        } finally {
            child.destroyForcibly().waitFor();
        }
        List<Unfinished> unfinished = store.unfinished(project);
        assertThat(unfinished).hasSize(1);
        assertThat(unfinished.getFirst().draft()).isEqualTo(bytes("draft"));
        try (Journal journal = store.resume(project, unfinished.getFirst())) {
            long events = journal.events();
            assertThat(events).isGreaterThan(1000);
            put(journal.log(), events);
            assertThat(journal.seal().digest()).isEqualTo(Digest.sha256(lines(events + 1)));
            try (Chain chain = store.lockChain(project)) {
                assertThat(chain.size()).isZero();
                journal.commit(bytes("p"), bytes("b"), bytes("h"), Optional.empty(), Optional.empty());
            }
        }
        assertThat(store.unfinished(project)).isEmpty();
    }

    /** Writes a journal until it is killed. */
    static final class JournalWriter {
        private JournalWriter() {}

        public static void main(String[] args) throws Exception {
            Journal journal = new FileEvidenceStore(Path.of(args[0])).begin(Path.of(args[1]), "killed");
            journal.draft(bytes("draft"));
            for (long i = 0; ; i++) {
                put(journal.log(), i);
                if (i == 10_000) {
                    System.out.println("writing");
                }
                if (i > 10_000 && i % 100 == 0) {
                    Thread.sleep(1);
                }
            }
        }
    }
}
