package dev.gleisner.domain.statement;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.BoundFile;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.SessionRecord;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

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

    private ProvenanceStatement() {}

    /** The statement about {@code session}. */
    public static Json.Obj of(SessionRecord session) {
        return Json.object()
                .put("_type", STATEMENT_TYPE)
                .put("subject", new Json.Arr(subjects(session)))
                .put("predicateType", PREDICATE_TYPE)
                .put(
                        "predicate",
                        Json.object()
                                .put("buildDefinition", buildDefinition(session))
                                .put("runDetails", runDetails(session)))
                .build();
    }

    /** Which kind of run this was, in the one field that verifiers decide by. */
    public static String builderId(SessionRecord session) {
        if (!session.enforcement().confined()) {
            return BUILDER_UNCONFINED;
        }
        boolean whole = session.enforcement().layers().stream()
                .allMatch(each -> each.state() == dev.gleisner.domain.sandbox.LayerReport.State.ENFORCED);
        return whole ? BUILDER_SANDBOXED : BUILDER_PARTLY_SANDBOXED;
    }

    private static List<Json> subjects(SessionRecord session) {
        // in-toto: subjects are matched by digest; a statement about nothing matches nothing, so a session that
        // wrote no file is a statement about its own log.
        if (session.subjects().isEmpty()) {
            return List.of(Json.object()
                    .put("name", session.log().name())
                    .put("digest", session.log().digest().toJson())
                    .build());
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
                                .put("kernel", session.kernel()))
                .put("resolvedDependencies", new Json.Arr(dependencies))
                .build();
    }

    private static Json.Obj runDetails(SessionRecord session) {
        List<Json> byproducts = new ArrayList<>();
        byproducts.add(Json.object()
                .put("name", session.log().name())
                .put("digest", session.log().digest().toJson())
                .put("mediaType", "application/jsonl")
                .put(
                        "annotations",
                        Json.object().put("gleisner_events", session.log().events()))
                .build());
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
                .put("gleisner_session", details)
                .build();
    }

    private static Json stream(String name, Json.Obj digest) {
        return Json.object().put("name", name).put("digest", digest).build();
    }

    /** RFC 3339 in UTC, to the millisecond. */
    private static String timestamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
