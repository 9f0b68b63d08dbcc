package dev.gleisner.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.EventLine;
import dev.gleisner.domain.event.LogCheck;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.ports.EventSink;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Chain;
import dev.gleisner.ports.EvidenceStore.Journal;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.EvidenceStore.Unfinished;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ScratchFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every evidence store must do. */
public abstract class EvidenceStoreContract {
    /** The project; its path has no link in it. */
    protected Path project;

    /** A directory for the store. */
    protected Path state;

    /** The store under test. */
    protected EvidenceStore store;

    @TempDir
    Path temporary;

    /** A store that keeps its evidence below {@code state}; called again, it sees what the one before has stored. */
    protected abstract EvidenceStore store(Path state) throws GleisnerException;

    @BeforeEach
    void makeStore() throws IOException, GleisnerException {
        Path real = temporary.toRealPath();
        project = Files.createDirectory(real.resolve("project"));
        state = real.resolve("state");
        store = store(state);
    }

    /** An event in its place. */
    protected static RecordedEvent event(long sequence) {
        return new RecordedEvent(
                sequence,
                1_700_000_000_000_000_000L + sequence,
                sequence,
                Origin.of("test"),
                new Event.FileRead("/a" + sequence));
    }

    /** Gives that event to a log. */
    protected static void put(EventSink log, long sequence) throws GleisnerException {
        RecordedEvent event = event(sequence);
        log.accept(event.sequence(), event.wallNanos(), event.monotonicNanos(), event.origin(), event.event());
    }

    /** The bytes of a log with that many events. */
    protected static byte[] lines(long count) {
        Utf8Buffer out = new Utf8Buffer(1024);
        for (long i = 0; i < count; i++) {
            EventLine.append(event(i), out);
        }
        return out.toByteArray();
    }

    /** Records a session. */
    protected final Stored record(String id, int events, Optional<Path> copyTo) throws GleisnerException {
        try (Journal journal = store.begin(project, id)) {
            journal.draft(bytes("draft of " + id));
            for (int i = 0; i < events; i++) {
                put(journal.log(), i);
            }
            journal.seal();
            try (Chain chain = store.lockChain(project)) {
                assertThat(chain.size()).isEqualTo(store.records(project).size());
                return journal.commit(
                        bytes("payload of " + id),
                        bytes("bundle of " + id),
                        bytes("head " + id),
                        Optional.empty(),
                        copyTo);
            }
        }
    }

    /** UTF-8. */
    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aScratchFileKeepsWhatIsAppended() throws GleisnerException {
        try (Journal journal = store.begin(project, "s1");
                ScratchFile scratch = journal.scratch()) {
            ScratchFile other = journal.scratch();
            byte[] into = new byte[8];
            assertThat(scratch.read(into, 0)).isZero();
            scratch.append(new byte[] {1, 2, 3, 4}, 3);
            scratch.append(new byte[] {5, 6}, 2);
            other.append(new byte[] {7}, 1);
            assertThat(scratch.read(into, 1)).isEqualTo(4);
            assertThat(into).startsWith(2, 3, 5, 6);
            assertThat(scratch.read(new byte[2], 0)).isEqualTo(2);
            assertThat(scratch.read(into, 5)).isZero();
            assertThat(other.read(into, 0)).isOne();
            other.close();
            assertThatThrownBy(() -> other.append(into, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aProjectWithoutRecords() throws Exception {
        assertThat(store.records(project)).isEmpty();
        assertThat(store.unfinished(project)).isEmpty();
        assertThat(store.head(project)).isEmpty();
        try (Chain chain = store.lockChain(project)) {
            assertThat(chain.newest()).isEmpty();
            assertThat(chain.size()).isZero();
        }
    }

    @Test
    void whatIsCommittedIsThereForGood() throws Exception {
        Stored first = record("s1", 3, Optional.empty());
        Stored second = record("s2", 1000, Optional.empty());
        assertThat(first.payloadDigest()).isEqualTo(Digest.sha256(bytes("payload of s1")));
        EvidenceStore again = store(state);
        assertThat(again.records(project)).containsExactly(first, second);
        assertThat(again.head(project))
                .hasValueSatisfying(head -> assertThat(head).isEqualTo(bytes("head s2")));
        assertThat(again.unfinished(project)).isEmpty();
        try (Chain chain = again.lockChain(project)) {
            assertThat(chain.newest()).contains(second);
            assertThat(chain.size()).isEqualTo(2);
        }
        assertThat(second.bundle()).hasBinaryContent(bytes("bundle of s2"));
        assertThat(second.log()).hasBinaryContent(lines(1000));
    }

    @Test
    void theTraceLiesBesideTheRecordAndItsCopy() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            journal.seal();
            try (Chain chain = store.lockChain(project)) {
                assertThat(chain.size()).isZero();
                Stored stored = journal.commit(
                        bytes("p"), bytes("b"), bytes("h"), Optional.of(bytes("trace")), Optional.of(project));
                assertThat(stored.bundle().resolveSibling(journal.traceName())).hasBinaryContent(bytes("trace"));
                assertThat(project.resolve(".gleisner").resolve(journal.traceName()))
                        .hasBinaryContent(bytes("trace"));
                assertThat(store.records(project)).containsExactly(stored);
            }
        }
        Stored plain = record("s2", 1, Optional.empty());
        try (Stream<Path> files = Files.list(plain.bundle().resolveSibling(""))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.contains("trace"))
                    .hasSize(1);
        }
    }

    @Test
    void theSealedLogIsWhatIsOnDisk() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            for (int i = 0; i < 5000; i++) {
                put(journal.log(), i);
            }
            Journal.SealedLog sealed = journal.seal();
            assertThat(sealed.events()).isEqualTo(5000);
            assertThat(sealed.digest()).isEqualTo(Digest.sha256(lines(5000)));
            assertThat(journal.seal()).isEqualTo(sealed);
            assertThatThrownBy(() -> put(journal.log(), 5000)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void eventsOutOfOrderAreRefused() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            put(journal.log(), 0);
            assertThatThrownBy(() -> put(journal.log(), 2)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anIdIsTakenOnce() throws Exception {
        record("s1", 1, Optional.empty());
        assertThatThrownBy(() -> store.begin(project, "s1")).isInstanceOf(GleisnerException.StorageFailed.class);
    }

    @Test
    void idsThatAreNoFileNamesAreRefused() {
        for (String id : List.of("", "..", "../x", "a/b", ".hidden", "a b", "\u00e9", "x".repeat(65))) {
            assertThatThrownBy(() -> store.begin(project, id)).as(id).isInstanceOf(GleisnerException.BadInput.class);
        }
    }

    @Test
    void commitNeedsTheChainAndASealedLog() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            journal.seal();
            assertThatThrownBy(() ->
                            journal.commit(bytes("p"), bytes("b"), bytes("h"), Optional.empty(), Optional.empty()))
                    .isInstanceOf(IllegalStateException.class);
        }
        try (Journal journal = store.begin(project, "s2");
                Chain chain = store.lockChain(project)) {
            assertThat(chain.size()).isZero();
            assertThatThrownBy(() ->
                            journal.commit(bytes("p"), bytes("b"), bytes("h"), Optional.empty(), Optional.empty()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aSessionThatLivesIsNotUnfinishedAndOneThatEndedIs() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            journal.draft(bytes("draft"));
            put(journal.log(), 0);
            assertThat(store.unfinished(project)).isEmpty();
            assertThat(store.unfinished(project))
                    .as("asking does not free the lock")
                    .isEmpty();
        }
        List<Unfinished> found = store(state).unfinished(project);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().sessionId()).isEqualTo("s1");
        assertThat(found.getFirst().draft()).isEqualTo(bytes("draft"));
        assertThat(found.getFirst().log()).hasBinaryContent(lines(1));
    }

    @Test
    void aSessionThatNeverReleasedItsCommandIsNotUnfinished() throws Exception {
        store.begin(project, "s1").close();
        assertThat(store.unfinished(project)).isEmpty();
    }

    @Test
    void resumeGoesOnAfterTheLastWholeLine() throws Exception {
        try (Journal journal = store.begin(project, "s1")) {
            journal.draft(bytes("draft"));
            for (int i = 0; i < 10; i++) {
                put(journal.log(), i);
            }
        }
        Unfinished unfinished = store.unfinished(project).getFirst();
        Files.write(unfinished.log(), bytes("{\"torn"), java.nio.file.StandardOpenOption.APPEND);
        Stored stored;
        try (Journal journal = store.resume(project, unfinished);
                Chain chain = store.lockChain(project)) {
            assertThat(chain.size()).isZero();
            assertThat(journal.events()).isEqualTo(10);
            put(journal.log(), 10);
            assertThat(journal.seal().digest()).isEqualTo(Digest.sha256(lines(11)));
            stored = journal.commit(bytes("p"), bytes("b"), bytes("h"), Optional.empty(), Optional.empty());
        }
        assertThat(stored.log()).hasBinaryContent(lines(11));
        LogCheck check = new LogCheck();
        byte[] log = Files.readAllBytes(stored.log());
        check.update(log, log.length);
        assertThat(check.finish(11)).isEmpty();
        assertThat(store.unfinished(project)).isEmpty();
        assertThatThrownBy(() -> store.resume(project, unfinished)).isInstanceOf(GleisnerException.class);
    }

    @Test
    void sessionsAtTheSameTimeMakeOneChain() throws Exception {
        List<Throwable> failures = new ArrayList<>();
        List<String> order = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String id = "s" + i;
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    EvidenceStore own = store(state);
                    try (Journal journal = own.begin(project, id)) {
                        journal.seal();
                        try (Chain chain = own.lockChain(project)) {
                            long size = chain.size();
                            Thread.sleep(2);
                            synchronized (order) {
                                assertThat(order).hasSize((int) size);
                                order.add(id);
                            }
                            journal.commit(bytes(id), bytes(id), bytes(id), Optional.empty(), Optional.empty());
                        }
                    }
                } catch (GleisnerException | InterruptedException | RuntimeException | Error e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(store.records(project))
                .extracting(Stored::payloadDigest)
                .containsExactlyElementsOf(
                        order.stream().map(id -> Digest.sha256(bytes(id))).toList());
    }

    @Test
    void theProjectGetsACopy() throws Exception {
        record("s1", 2, Optional.of(project));
        assertThat(project.resolve(".gleisner/s1.sigstore.json")).hasBinaryContent(bytes("bundle of s1"));
        assertThat(project.resolve(".gleisner/s1.audit.jsonl")).hasBinaryContent(lines(2));
    }
}
