package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.profile.DependencyDetail;
import dev.gleisner.domain.record.BoundFile;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.GitState;
import dev.gleisner.domain.record.RecordingRules;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.domain.redact.Redactor;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.ResourceUse;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.domain.statement.ProvenanceStatement;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.EventSink;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.ScratchFile;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.FakeHostView;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of a session's steps, and what is kept when one of them fails. */
class RecordSessionTest {
    private static final String PROJECT = "/home/user/project";

    private final List<String> steps = new ArrayList<>();
    private final List<Event> log = new ArrayList<>();
    private final List<Event> viewed = new ArrayList<>();
    private final TreeMap<String, String> files = new TreeMap<>();
    private Optional<GleisnerException> releaseFails = Optional.empty();
    private Optional<GleisnerException> logFails = Optional.empty();
    private boolean tries;
    private SandboxSpec spec;
    private String draft = "";
    private String trace = "";
    private boolean watchesDenials;

    @BeforeEach
    void resolve() throws Exception {
        FakeHostView host = FakeHostView.mergedUsr().directory(PROJECT).program("/usr/bin/make");
        spec = SpecResolver.resolve(
                        new InventedProfile().build(),
                        Launch.of(List.of("make"), PROJECT).build(),
                        host)
                .spec();
        files.put("read.txt", "old");
        files.put("gone.txt", "gone");
    }

    @Test
    void stepsComeInTheOneOrderThatMissesNothing() throws Exception {
        RecordSession.Result result = run();
        assertThat(steps)
                .containsExactly(
                        "stage",
                        "begin",
                        "git",
                        "scan",
                        "hash",
                        "attach",
                        "draft",
                        "ready",
                        "release",
                        "await",
                        "finish",
                        "scan",
                        "hash",
                        "hash",
                        "seal",
                        "lock",
                        "commit",
                        "unlock",
                        "journal closed",
                        "sandbox closed",
                        "sensor closed");
        assertThat(log)
                .extracting(Event::type)
                .containsExactly(
                        "session.start",
                        "process.exec",
                        "file.read",
                        "file.write",
                        "process.exit",
                        "file.create",
                        "file.delete",
                        "session.finish");
        assertThat(viewed).isEqualTo(log);
        assertThat(result.session().subjects()).extracting(BoundFile::name).containsExactly("new.txt", "written.txt");
        assertThat(result.session().deleted()).containsExactly("gone.txt");
        assertThat(result.session().dependencies())
                .containsExactly(new BoundFile("read.txt", digest("old"), BoundFile.Binding.SNAPSHOT));
        assertThat(result.session().denials()).isEmpty();
    }

    @Test
    void whatWasOnlyTriedIsInTheLogAndWritesNothing() throws Exception {
        tries = true;
        RecordSession.Result result = run();
        assertThat(log).contains(new Event.FileWritten(PROJECT + "/read.txt"));
        assertThat(result.session().subjects()).extracting(BoundFile::name).containsExactly("new.txt", "written.txt");
        assertThat(result.session().dependencies()).extracting(BoundFile::name).containsExactly("read.txt");
    }

    @Test
    void secretsAreTakenOutOfTheDraftTheLogAndTheStatement() throws Exception {
        FakeHostView host = FakeHostView.mergedUsr().directory(PROJECT).program("/usr/bin/make");
        spec = SpecResolver.resolve(
                        new InventedProfile().build(),
                        Launch.of(List.of("make", "--token=hunter2", "corp-7"), PROJECT)
                                .environment("TERM=xterm")
                                .environment("API_KEY=hunter2")
                                .build(),
                        host)
                .spec();
        RecordSession.Result result = run();
        String statement =
                new String(CanonicalJson.bytes(ProvenanceStatement.of(result.session())), StandardCharsets.UTF_8);
        assertThat(trace).contains("keyed:", "/usr/bin/make", "https://example.org/host", "\"written.txt\"");
        assertThat(statement + draft + log + trace)
                .contains("keyed:", "API_KEY", "\"TERM\":\"xterm\"")
                .doesNotContain("hunter2")
                .doesNotContain("corp-7");
    }

    @Test
    void denialsAreThoseOfTheSourceThatSawMost() throws Exception {
        watchesDenials = true;
        assertThat(run().session().denials()).contains(3L);
    }

    @Test
    void aCommandThatCannotStartLeavesNoJournal() {
        releaseFails = Optional.of(new GleisnerException.CommandNotStarted(127, "make", "not there", "install it"));
        assertThatThrownBy(this::run).isInstanceOf(GleisnerException.CommandNotStarted.class);
        assertThat(steps).contains("discard").doesNotContain("seal", "commit");
        assertThat(steps).endsWith("sandbox closed", "sensor closed");
    }

    @Test
    void aLogThatCannotBeWrittenEndsTheSessionAndIsNotSigned() {
        logFails = Optional.of(new GleisnerException.StorageFailed("the log", "disk full", "make room", null));
        assertThatThrownBy(this::run).isInstanceOf(GleisnerException.StorageFailed.class);
        assertThat(steps).contains("kill").doesNotContain("release", "seal", "commit");
        assertThat(viewed).as("what is not in the log is not shown").isEmpty();
    }

    private RecordSession.Result run() throws GleisnerException {
        return RecordSession.run(
                new RecordSession.Tools(
                        new Backend(),
                        List.of(new Watcher()),
                        new Reader(),
                        new Store(),
                        new Quill(),
                        InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z")),
                        Interruptions.NONE,
                        (_, _, event) -> viewed.add(event),
                        "test",
                        "invented x86_64",
                        "https://example.org/host"),
                new RecordSession.Request(
                        "20261122T100000Z-00000000",
                        spec,
                        new RecordingRules(
                                List.of("corp-*"), List.of("TERM", "LANG", "NOT_SET"), DependencyDetail.GROUPED),
                        new Redactor(new byte[32], List.of("corp-*")),
                        Optional.empty(),
                        true,
                        false));
    }

    private static Digest digest(String content) {
        return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
    }

    private final class Backend implements SandboxBackend {
        @Override
        public boolean confines() {
            return true;
        }

        @Override
        public List<String> plan(SandboxSpec wanted) {
            return List.of();
        }

        @Override
        public List<String> seccompListing(SandboxSpec wanted) {
            return List.of();
        }

        @Override
        public StagedSandbox stage(SandboxSpec wanted, OutputTaps taps, Traps traps) {
            steps.add("stage");
            return new Staged();
        }
    }

    private final class Staged implements StagedSandbox {
        @Override
        public OptionalInt listener() {
            return OptionalInt.empty();
        }

        @Override
        public long pid() {
            return 42;
        }

        @Override
        public EnforcementReport enforcement() {
            return new EnforcementReport("invented", true, List.of(), List.of());
        }

        @Override
        public void release() throws GleisnerException {
            steps.add("release");
            if (releaseFails.isPresent()) {
                throw releaseFails.get();
            }
            files.remove("gone.txt");
            files.put("new.txt", "new");
            files.put("written.txt", "written");
        }

        @Override
        public Ended await() {
            steps.add("await");
            Watcher.consumer.accept("watcher", new Event.FileRead(PROJECT + "/read.txt"));
            Watcher.consumer.accept("watcher", new Event.FileWritten(PROJECT + "/written.txt"));
            if (tries) {
                Watcher.consumer.accept(
                        new Origin("watcher", 0, 0, Origin.UNKNOWN),
                        System.nanoTime(),
                        new Event.FileWritten(PROJECT + "/read.txt"));
            }
            if (watchesDenials) {
                Origin origin = new Origin("watcher", 42, 0, 0);
                Watcher.consumer.accept(origin.failed(13), 0, new Event.FileRead("/etc/shadow"));
                Watcher.consumer.accept(origin.failed(30), 0, new Event.FileWritten("/usr/bin/make"));
                Watcher.consumer.accept(origin.failed(17), 0, new Event.FileCreated("/tmp/there"));
                Watcher.consumer.accept(origin, 0, new Event.Denied("seccomp", "ptrace", ""));
                Watcher.consumer.accept("other", new Event.Denied("seccomp", "ptrace", ""));
            }
            return new Ended(
                    new Exit.Code(0),
                    new ResourceUse(Duration.ZERO, Duration.ZERO, 0, Optional.empty(), Optional.empty()));
        }

        @Override
        public void signal(int signal) {}

        @Override
        public void kill() {
            steps.add("kill");
        }

        @Override
        public void close() {
            steps.add("sandbox closed");
        }
    }

    private final class Watcher implements Sensor {
        private static EventConsumer consumer = (origin, nanos, event) -> {};

        @Override
        public Set<Sight> sees() {
            return watchesDenials ? Set.of(Sight.values()) : Set.of(Sight.READS, Sight.CHANGES);
        }

        @Override
        public void attach(Target target, EventConsumer events) {
            steps.add("attach");
            consumer = events;
        }

        @Override
        public SensorReport finish() {
            steps.add("finish");
            return new SensorReport(
                    "watcher", sees(), "everything", true, Instant.EPOCH, 2, Optional.of(0L), 0, new TreeMap<>(), "");
        }

        @Override
        public void close() {
            steps.add("sensor closed");
        }
    }

    private final class Reader implements ProjectReader {
        @Override
        public Snapshot scan(Path root) {
            steps.add("scan");
            TreeMap<String, FileState> states = new TreeMap<>();
            files.forEach((name, content) ->
                    states.put(name, new FileState(name, content.length(), 0644, content, Optional.empty())));
            return new Snapshot(states, List.of(), 0);
        }

        @Override
        public List<FileState> hash(Path root, Collection<String> paths) {
            steps.add("hash");
            List<FileState> hashed = new ArrayList<>();
            for (String path : paths) {
                String content = files.get(path);
                if (content != null) {
                    hashed.add(new FileState(path, content.length(), 0644, content, Optional.of(digest(content))));
                }
            }
            return hashed;
        }

        @Override
        public Optional<GitState> git(Path root) {
            steps.add("git");
            return Optional.empty();
        }
    }

    private final class Quill implements Signer {
        @Override
        public String keyId() {
            return "invented";
        }

        @Override
        public void ready() {
            steps.add("ready");
        }

        @Override
        public byte[] sign(String payloadType, byte[] payload) {
            return payload;
        }
    }

    private final class Store implements EvidenceStore {
        @Override
        public Path root() {
            return Path.of("/evidence");
        }

        @Override
        public Chain lockChain(Path projectRoot) {
            steps.add("lock");
            return new Chain() {
                @Override
                public Optional<Stored> newest() {
                    return Optional.empty();
                }

                @Override
                public long size() {
                    return 0;
                }

                @Override
                public void close() {
                    steps.add("unlock");
                }
            };
        }

        @Override
        public List<Stored> records(Path projectRoot) {
            return List.of();
        }

        @Override
        public Optional<byte[]> head(Path projectRoot) {
            return Optional.empty();
        }

        @Override
        public List<Unfinished> unfinished(Path projectRoot) {
            return List.of();
        }

        @Override
        public Journal begin(Path projectRoot, String sessionId) {
            steps.add("begin");
            return new Pages();
        }

        @Override
        public Journal resume(Path projectRoot, Unfinished unfinished) {
            return new Pages();
        }
    }

    private final class Pages implements EvidenceStore.Journal {
        @Override
        public EventSink log() {
            return this::keep;
        }

        private void keep(long sequence, long wallNanos, long monotonicNanos, Origin origin, Event event)
                throws GleisnerException {
            if (logFails.isPresent()) {
                throw logFails.get();
            }
            log.add(event);
        }

        @Override
        public ScratchFile scratch() {
            throw new AssertionError("a handful of paths fits into memory");
        }

        @Override
        public void draft(byte[] payload) {
            steps.add("draft");
            draft = new String(payload, StandardCharsets.UTF_8);
        }

        @Override
        public long events() {
            return log.size();
        }

        @Override
        public SealedLog seal() {
            steps.add("seal");
            return new SealedLog("log.jsonl", digest("log"), digest("root"), log.size());
        }

        @Override
        public String traceName() {
            return "trace";
        }

        @Override
        public EvidenceStore.Stored commit(
                byte[] payload, byte[] bundle, byte[] head, Optional<byte[]> signedTrace, Optional<Path> copyTo) {
            steps.add("commit");
            trace = signedTrace
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("");
            return new EvidenceStore.Stored(Path.of("bundle"), Path.of("log.jsonl"), Digest.sha256(payload));
        }

        @Override
        public void discard() {
            steps.add("discard");
        }

        @Override
        public Optional<String> copyProblem() {
            return Optional.empty();
        }

        @Override
        public void close() {
            steps.add("journal closed");
        }
    }
}
