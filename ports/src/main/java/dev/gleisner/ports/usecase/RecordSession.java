package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.record.GitState;
import dev.gleisner.domain.record.RecordingRules;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.SessionRecord;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.domain.redact.Redactor;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.domain.statement.ProvenanceStatement;
import dev.gleisner.domain.statement.ProvenanceStatement.BoundTrace;
import dev.gleisner.domain.statement.TraceStatement;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Journal;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.StagedSandbox;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Runs a command in a sandbox, records what it did, signs the record and stores it: section 4 of the design, step by
 * step.
 */
public final class RecordSession {

    /**
     * What to record.
     *
     * @param sessionId unique, sortable by time
     * @param spec the effective policy
     * @param recording what the record may show
     * @param redactor takes secrets out before anything is written
     * @param timeout how long the command may take
     * @param chain whether the record is linked to the project's newest one
     * @param copyToProject whether {@code .gleisner/} of the project gets a copy
     */
    public record Request(
            String sessionId,
            SandboxSpec spec,
            RecordingRules recording,
            Redactor redactor,
            Optional<Duration> timeout,
            boolean chain,
            boolean copyToProject) {}

    /**
     * What came of it.
     *
     * @param session everything that is in the statement
     * @param stored where the record is
     * @param copyProblem why the project got no copy, when it should have got one
     */
    public record Result(SessionRecord session, Stored stored, Optional<String> copyProblem) {}

    /**
     * The tools a session is made with.
     *
     * @param view sees every event after it is in the log; must not block
     * @param version of Gleisner
     * @param kernel release and machine
     * @param hostId a URI that names the host and does not tell which one it is
     */
    public record Tools(
            SandboxBackend backend,
            List<Sensor> sensors,
            ProjectReader projects,
            EvidenceStore evidence,
            Signer signer,
            InstantSource clock,
            Interruptions interruptions,
            EventConsumer view,
            String version,
            String kernel,
            String hostId) {
        public Tools {
            sensors = List.copyOf(sensors);
        }
    }

    private final Tools tools;
    private final Request request;
    private final Path root;
    private final Instant startedOn;
    private final SandboxSpec shown;
    private final SortedMap<String, String> environment;

    private RecordSession(Tools tools, Request request) {
        this.tools = tools;
        this.request = request;
        this.root = Path.of(request.spec().projectRoot());
        this.startedOn = tools.clock().instant();
        this.shown = request.spec()
                .withCommand(request.redactor().command(request.spec().argv()));
        this.environment = shownEnvironment(request);
    }

    private static SortedMap<String, String> shownEnvironment(Request request) {
        SortedMap<String, String> shown = new TreeMap<>();
        for (String name : request.recording().environment()) {
            String value = request.spec().environment().get(name);
            if (value != null) {
                shown.put(name, request.redactor().value(name, value));
            }
        }
        return shown;
    }

    /**
     * Records one session.
     *
     * @throws GleisnerException when the command could not be started, or the record could not be completed; in the
     *     second case the journal is kept for {@link RecoverSessions}
     */
    public static Result run(Tools tools, Request request) throws GleisnerException {
        return new RecordSession(tools, request).run();
    }

    private Result run() throws GleisnerException {
        MessageDigest stdout = Digest.newSha256();
        MessageDigest stderr = Digest.newSha256();
        boolean[] tapped = new boolean[2];
        OutputTaps taps = new OutputTaps(
                Optional.of((buffer, length) -> {
                    tapped[0] = true;
                    stdout.update(buffer, 0, length);
                }),
                Optional.of((buffer, length) -> {
                    tapped[1] = true;
                    stderr.update(buffer, 0, length);
                }));

        // 1. The sandbox is built first: when a required layer cannot be had, there is nothing to record.
        try (StagedSandbox sandbox = tools.backend().stage(request.spec(), taps, traps());
                Journal journal = tools.evidence().begin(root, request.sessionId());
                EventStream stream =
                        new EventStream(journal, Reconciliation.prefix(root), tools.clock(), sandbox::kill)) {
            stream.showTo(tools.view());
            TraceCollector collector = new TraceCollector();
            SensorIntake intake = new SensorIntake(request.redactor(), collector, stream);

            // 2. The tree is known and sensors are in place before the command can touch anything; in this order, for
            //    a sensor would take our own reading of the tree for the command's.
            Optional<GitState> git = tools.projects().git(root);
            Baseline baseline =
                    Baseline.take(tools.projects(), root, tools.clock().instant());
            for (Sensor sensor : tools.sensors()) {
                sensor.attach(new Sensor.Target(root, sandbox.pid(), sandbox.listener()), intake);
            }
            journal.draft(CanonicalJson.bytes(ProvenanceStatement.of(draft(sandbox.enforcement(), git))));
            stream.accept(
                    EventStream.SUPERVISOR,
                    new Event.SessionStarted(request.sessionId(), shown.digest().hex(), shown.argv()));

            // 3. The command runs. Its start is in the log before anything that it does can be.
            boolean sensed = sees(Sight.PROCESSES);
            if (!sensed) {
                intake.accept(
                        commandOrigin(sandbox),
                        System.nanoTime(),
                        new Event.ProcessExec(
                                0, shown.argv().getFirst(), shown.argv(), false, shown.workingDirectory()));
            }
            stream.check();
            Supervision.Result end = supervise(sandbox, journal, stream);
            stream.check();
            if (!sensed) {
                stream.accept(
                        commandOrigin(sandbox),
                        System.nanoTime(),
                        new Event.ProcessExit(end.ended().exit()));
            }

            // 4. Nothing inside lives any more: drain the sensors, look again, hash.
            List<SensorReport> reports = new ArrayList<>();
            for (Sensor sensor : tools.sensors()) {
                reports.add(sensor.finish());
            }
            Reconciliation changes = Reconciliation.of(tools.projects(), root, baseline, stream);
            reports.add(changes.report());
            SessionActivity activity = stream.activity();
            SystemDependencies.Result system = SystemDependencies.of(
                    activity,
                    request.spec(),
                    sandbox.enforcement().confined(),
                    request.recording().dependencies(),
                    tools.projects());
            stream.accept(
                    EventStream.SUPERVISOR,
                    new Event.SessionFinished(end.ended().exit().status()));
            stream.check();
            Journal.SealedLog log = journal.seal();

            // 5. Sign and store. No other record of the project can come between newest() and commit().
            try (EvidenceStore.Chain chain = tools.evidence().lockChain(root)) {
                SessionRecord session = new SessionRecord(
                        request.sessionId(),
                        tools.version(),
                        tools.kernel(),
                        shown,
                        request.recording(),
                        environment,
                        sandbox.enforcement(),
                        startedOn,
                        tools.clock().instant(),
                        end.outcome(),
                        Optional.of(end.ended().exit()),
                        Optional.of(end.ended().resources()),
                        tapped[0] ? Optional.of(Digest.sha256(stdout)) : Optional.empty(),
                        tapped[1] ? Optional.of(Digest.sha256(stderr)) : Optional.empty(),
                        changes.subjects(),
                        changes.dependencies(),
                        system.dependencies(),
                        changes.deleted(),
                        changes.unhashed() + system.unhashed(),
                        git,
                        new LogReport(log.fileName(), log.digest(), log.root(), log.events()),
                        reports,
                        sees(Sight.DENIALS) ? Optional.of(intake.denials()) : Optional.empty(),
                        request.chain() ? chain.newest().map(Stored::payloadDigest) : Optional.empty());
                // The trace first: the provenance names it by its digest.
                byte[] trace = CanonicalJson.bytes(
                        TraceStatement.of(session, collector.trace(session, activity), tools.hostId()));
                Stored stored = Signing.commit(
                        journal,
                        tools.signer(),
                        ProvenanceStatement.of(
                                session, Optional.of(new BoundTrace(journal.traceName(), Digest.sha256(trace)))),
                        Optional.of(tools.signer().sign(ProvenanceStatement.PAYLOAD_TYPE, trace)),
                        chain.size(),
                        request.copyToProject() ? Optional.of(root) : Optional.empty());
                return new Result(session, stored, journal.copyProblem());
            }
        } finally {
            for (Sensor sensor : tools.sensors()) {
                sensor.close();
            }
        }
    }

    private static Origin commandOrigin(StagedSandbox sandbox) {
        return new Origin(EventStream.SUPERVISOR, sandbox.pid(), 0, 0);
    }

    private boolean sees(Sight sight) {
        boolean seen = false;
        for (Sensor sensor : tools.sensors()) {
            seen |= sensor.sees().contains(sight);
        }
        return seen;
    }

    /** What any of the sensors wants to be asked about. */
    private Traps traps() {
        Traps most = Traps.NONE;
        for (Sensor sensor : tools.sensors()) {
            most = sensor.traps().compareTo(most) > 0 ? sensor.traps() : most;
        }
        return most;
    }

    private Supervision.Result supervise(StagedSandbox sandbox, Journal journal, EventStream stream)
            throws GleisnerException {
        try (Supervision supervision = Supervision.of(
                sandbox,
                tools.interruptions(),
                reason -> stream.accept(EventStream.SUPERVISOR, new Event.Interrupted(reason)))) {
            try {
                tools.signer().ready();
            } catch (GleisnerException e) {
                journal.discard();
                throw e;
            }
            try {
                sandbox.release();
            } catch (GleisnerException.CommandNotStarted e) {
                journal.discard(); // nothing ran: there is nothing to recover
                throw e;
            }
            return supervision.await(request.timeout());
        }
    }

    /** The session as it is known when the command is released: what is signed if the supervisor dies. */
    private SessionRecord draft(EnforcementReport enforcement, Optional<GitState> git) {
        return new SessionRecord(
                request.sessionId(),
                tools.version(),
                tools.kernel(),
                shown,
                request.recording(),
                environment,
                enforcement,
                startedOn,
                startedOn,
                Outcome.RECOVERED,
                Optional.<Exit>empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                0,
                git,
                new LogReport("pending", Digest.sha256(new byte[0]), new MerkleTree().root(), 0),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }
}
