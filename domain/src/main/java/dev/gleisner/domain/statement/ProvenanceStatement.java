package dev.gleisner.domain.statement;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.record.BoundFile;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.SessionRecord;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes a session as an in-toto Statement v1 with SLSA provenance v1.
 *
 * @spec https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md in-toto Statement v1
 * @spec https://slsa.dev/spec/v1.1/provenance SLSA Provenance v1
 */
public final class ProvenanceStatement {
    /** The statement's {@code _type}. */
    public static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
    /** The older {@code _type} that readers accept. */
    public static final String STATEMENT_TYPE_V0_1 = "https://in-toto.io/Statement/v0.1";
    /** The {@code predicateType}. */
    public static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
    /** The DSSE payload type of a statement. */
    public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
    /** The {@code buildType}: its parameters are described in {@code docs/FORMATS.md}. */
    public static final String BUILD_TYPE = "https://gleisner.dev/session/v1";
    /** {@code builder.id} of a session whose every wanted layer was in force. */
    public static final String BUILDER_SANDBOXED = "https://gleisner.dev/builder/sandboxed/v1";
    /** {@code builder.id} of a session that ran with a layer less than the profile knows. */
    public static final String BUILDER_PARTLY_SANDBOXED = "https://gleisner.dev/builder/partly-sandboxed/v1";
    /** {@code builder.id} of a session that was only watched. */
    public static final String BUILDER_UNCONFINED = "https://gleisner.dev/builder/unconfined/v1";

    /** The media type of the audit log among the products. */
    static final String LOG_MEDIA_TYPE = "application/jsonl";
    /** What kind of statement a product is. */
    static final String PREDICATE_ANNOTATION = "gleisner_predicate_type";
    /** Our extension of {@code runDetails}, with the prefix that SLSA asks for. */
    static final String SESSION = "gleisner_session";

    private ProvenanceStatement() {}

    /**
     * The runtime trace that a record binds.
     *
     * @param name the file name of its bundle, beside the record's
     * @param digest SHA-256 of its payload
     */
    public record BoundTrace(String name, Digest digest) {}

    /** The statement about {@code session}, which has no runtime trace. */
    public static Json.Obj of(SessionRecord session) {
        return of(session, Optional.empty());
    }

    /** The statement about {@code session}. */
    public static Json.Obj of(SessionRecord session, Optional<BoundTrace> trace) {
        return Json.object()
                .put("_type", STATEMENT_TYPE)
                .put("subject", new Json.Arr(subjects(session)))
                .put("predicateType", PREDICATE_TYPE)
                .put(
                        "predicate",
                        Json.object()
                                .put("buildDefinition", buildDefinition(session))
                                .put("runDetails", runDetails(session, trace)))
                .build();
    }

    /**
     * The statement about a session whose supervisor died, from the draft that was kept when its command was
     * released.
     *
     * @param draft what {@link #of} gave then; that it has no subjects but the log, and no exit, stays so
     * @param log the audit log up to its last whole line
     * @param finishedOn when the session was recovered, RFC 3339; when it really ended nobody knows
     * @param parent the project's record before this one
     * @throws IllegalArgumentException when the draft is no statement of ours
     */
    public static Json.Obj recovered(Json.Obj draft, LogReport log, String finishedOn, Optional<Digest> parent) {
        if (!draft.text("_type").equals(Optional.of(STATEMENT_TYPE))
                || !draft.text("predicateType").equals(Optional.of(PREDICATE_TYPE))) {
            throw new IllegalArgumentException("the draft is no in-toto statement with SLSA provenance");
        }
        Json.Obj predicate = draft.object("predicate");
        Json.Obj run = predicate.object("runDetails");
        List<Json> byproducts = new ArrayList<>();
        byproducts.add(log(log));
        run.array("byproducts").stream()
                .filter(each -> !(each instanceof Json.Obj product
                        && product.text("mediaType").equals(Optional.of(LOG_MEDIA_TYPE))))
                .forEach(byproducts::add);
        Json.Obj session = with(run.object(SESSION), "outcome", Json.of(Outcome.RECOVERED.key()));
        session = parent.isPresent() ? with(session, "parent", parent.get().toJson()) : without(session, "parent");
        run = with(run, "byproducts", new Json.Arr(byproducts));
        run = with(run, "metadata", with(run.object("metadata"), "finishedOn", Json.of(finishedOn)));
        run = with(run, SESSION, session);
        return with(
                with(draft, "subject", new Json.Arr(List.of(logSubject(log)))),
                "predicate",
                with(predicate, "runDetails", run));
    }

    private static Json.Obj with(Json.Obj object, String name, Json value) {
        Map<String, Json> members = new LinkedHashMap<>(object.members());
        members.put(name, value);
        return new Json.Obj(members);
    }

    private static Json.Obj without(Json.Obj object, String name) {
        Map<String, Json> members = new LinkedHashMap<>(object.members());
        members.remove(name);
        return new Json.Obj(members);
    }

    private static Json.Obj log(LogReport log) {
        return Json.object()
                .put("name", log.name())
                .put("digest", log.digest().toJson())
                .put("mediaType", LOG_MEDIA_TYPE)
                .put(
                        "annotations",
                        Json.object()
                                .put("gleisner_events", log.events())
                                .put("gleisner_merkle_root", log.root().hex()))
                .build();
    }

    private static Json.Obj logSubject(LogReport log) {
        return Json.object()
                .put("name", log.name())
                .put("digest", log.digest().toJson())
                .build();
    }

    /** Which kind of run this was, in the one field that verifiers decide by. */
    public static String builderId(SessionRecord session) {
        if (!session.enforcement().confined()) {
            return BUILDER_UNCONFINED;
        }
        // Asked layer by layer: a report that leaves a layer out does not say that it held.
        boolean whole = true;
        for (Layer layer : Layer.values()) {
            whole &= session.enforcement()
                    .layer(layer)
                    .filter(report -> report.state() == LayerReport.State.ENFORCED)
                    .isPresent();
        }
        return whole ? BUILDER_SANDBOXED : BUILDER_PARTLY_SANDBOXED;
    }

    static List<Json> subjects(SessionRecord session) {
        // in-toto: subjects are matched by digest; a statement about nothing matches nothing, so a session that
        // wrote no file is a statement about its own log.
        if (session.subjects().isEmpty()) {
            return List.of(logSubject(session.log()));
        }
        return session.subjects().stream()
                .sorted(Comparator.comparing(BoundFile::name))
                .map(BoundFile::toJson)
                .toList();
    }

    private static Json.Obj buildDefinition(SessionRecord session) {
        SandboxSpec spec = session.spec();
        List<Json> dependencies = new ArrayList<>();
        session.git()
                .flatMap(git -> git.commit())
                .ifPresent(commit -> dependencies.add(Json.object()
                        .put("uri", "git+file://" + spec.projectRoot())
                        .put("digest", commit.toJson())
                        .build()));
        session.dependencies().stream()
                .sorted(Comparator.comparing(BoundFile::name))
                .map(BoundFile::toJson)
                .forEach(dependencies::add);
        session.systemDependencies().forEach(each -> dependencies.add(each.toJson()));
        return Json.object()
                .put("buildType", BUILD_TYPE)
                .put(
                        "externalParameters",
                        Json.object()
                                .put("command", Json.strings(spec.argv()))
                                .put("workingDirectory", spec.workingDirectory())
                                .put(
                                        "profile",
                                        Json.object()
                                                .put("name", spec.profileName())
                                                .put(
                                                        "digest",
                                                        spec.profileDigest().toJson())))
                .put(
                        "internalParameters",
                        Json.object()
                                .put("effectivePolicy", spec.toJson())
                                .put("effectivePolicyDigest", spec.digest().toJson())
                                .put("enforcement", session.enforcement().toJson())
                                .put("kernel", session.kernel())
                                .put("recording", session.recording().toJson())
                                .put("environment", environment(session)))
                .put("resolvedDependencies", new Json.Arr(dependencies))
                .build();
    }

    private static Json.Obj environment(SessionRecord session) {
        Json.Builder shown = Json.object();
        for (Map.Entry<String, String> variable : session.environment().entrySet()) {
            shown.put(variable.getKey(), variable.getValue());
        }
        return shown.build();
    }

    private static Json.Obj runDetails(SessionRecord session, Optional<BoundTrace> trace) {
        List<Json> byproducts = new ArrayList<>();
        byproducts.add(log(session.log()));
        trace.ifPresent(bound -> byproducts.add(Json.object()
                .put("name", bound.name())
                .put("digest", bound.digest().toJson())
                .put("mediaType", PAYLOAD_TYPE)
                .put("annotations", Json.object().put(PREDICATE_ANNOTATION, TraceStatement.PREDICATE_TYPE))
                .build()));
        session.stdout().ifPresent(digest -> byproducts.add(stream("stdout", digest.toJson())));
        session.stderr().ifPresent(digest -> byproducts.add(stream("stderr", digest.toJson())));
        Json.Builder details = Json.object()
                .put("outcome", session.outcome().key())
                .put("completeness", Json.array(session.sensors(), SensorReport::toJson))
                .put("unhashedFiles", session.unhashed())
                .put("deletedFiles", Json.strings(session.deleted()))
                .put("denialCount", session.denials().map(Json::of))
                .put("resources", session.resources().map(use -> use.toJson()))
                .put("parent", session.parent().map(digest -> digest.toJson()));
        session.exit().ifPresent(exit -> {
            switch (exit) {
                case Exit.Code(var code) -> details.put("exitCode", code);
                case Exit.Signal(var signal) -> details.put("signal", signal);
            }
        });
        session.git().flatMap(git -> git.head()).ifPresent(head -> details.put("gitHead", head));
        return Json.object()
                .put(
                        "builder",
                        Json.object()
                                .put("id", builderId(session))
                                .put("version", Json.object().put("gleisner", session.version())))
                .put(
                        "metadata",
                        Json.object()
                                .put("invocationId", session.sessionId())
                                .put("startedOn", timestamp(session.startedOn()))
                                .put("finishedOn", timestamp(session.finishedOn())))
                .put("byproducts", new Json.Arr(byproducts))
                .put(SESSION, details)
                .build();
    }

    private static Json stream(String name, Json.Obj digest) {
        return Json.object().put("name", name).put("digest", digest).build();
    }

    /** RFC 3339 in UTC, to the millisecond. */
    static String timestamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
