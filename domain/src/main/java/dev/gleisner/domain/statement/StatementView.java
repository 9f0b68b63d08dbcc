package dev.gleisner.domain.statement;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.verify.Check;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A statement that was parsed, ours or another producer's. Reading it never fails: what is not there, or has another
 * type than ours, is empty; {@link #checks} says whether it is a statement at all.
 *
 * @param json the whole statement
 */
public record StatementView(Json.Obj json) {

    /**
     * A file that the statement is about.
     *
     * @param name as the statement has it; only the digest identifies the file
     * @param digest SHA-256 of its content
     */
    public record Subject(String name, Digest digest) {}

    /**
     * Something that the session used.
     *
     * @param name its name, or else its URI
     * @param digest the first digest of an algorithm that we know
     */
    public record Dependency(String name, Optional<Digest> digest) {}

    /**
     * How complete one source of events was.
     *
     * @param sensor its name
     * @param events how many it gave
     * @param lost how many it lost; empty when it cannot know
     * @param truncated how many are cut off
     * @param attachedOn when it was in place, RFC 3339
     * @param sees what it sees, in the words of {@link dev.gleisner.domain.record.Sight}
     * @param counters what it only counted
     * @param note what a person should know of it
     */
    public record Source(
            String sensor,
            long events,
            Optional<Long> lost,
            long truncated,
            Optional<String> attachedOn,
            List<String> sees,
            Map<String, Long> counters,
            String note) {
        public Source {
            sees = List.copyOf(sees);
            counters = Collections.unmodifiableMap(new TreeMap<>(counters));
        }
    }

    /** A view of a parsed statement. */
    public static StatementView of(Json.Obj json) {
        return new StatementView(json);
    }

    /** {@code _type}. */
    public Optional<String> type() {
        return json.text("_type");
    }

    /** {@code predicateType}. */
    public Optional<String> predicateType() {
        return json.text("predicateType");
    }

    /** The subjects that have a name and a SHA-256; {@link #checks} fails when there are others. */
    public List<Subject> subjects() {
        List<Subject> subjects = new ArrayList<>();
        for (Json each : json.array("subject")) {
            if (each instanceof Json.Obj subject) {
                sha256(subject.object("digest"))
                        .ifPresent(digest ->
                                subjects.add(new Subject(subject.text("name").orElse(""), digest)));
            }
        }
        return subjects;
    }

    /** {@code builder.id}. */
    public Optional<String> builderId() {
        return run().object("builder").text("id");
    }

    /** The version of Gleisner that made it. */
    public Optional<String> version() {
        return run().object("builder").object("version").text("gleisner");
    }

    /** The command's words. */
    public List<String> command() {
        return texts(external().array("command"));
    }

    /** Where the command started. */
    public Optional<String> workingDirectory() {
        return external().text("workingDirectory");
    }

    /** The profile's name. */
    public Optional<String> profile() {
        return external().object("profile").text("name");
    }

    /** The digest of the profile's file. */
    public Optional<Digest> profileDigest() {
        return sha256(external().object("profile").object("digest"));
    }

    /** The digest of the effective policy. */
    public Optional<Digest> policyDigest() {
        return sha256(internal().object("effectivePolicyDigest"));
    }

    /** The backend that confined the command. */
    public Optional<String> backend() {
        return internal().object("enforcement").text("backend");
    }

    /** Whether that backend confines at all. */
    public Optional<Boolean> confined() {
        return internal().object("enforcement").bool("confined");
    }

    /** The state of every layer, by its name. */
    public Map<String, String> layers() {
        Map<String, String> layers = new TreeMap<>();
        for (Json each : internal().object("enforcement").array("layers")) {
            if (each instanceof Json.Obj layer) {
                layer.text("layer")
                        .ifPresent(name -> layers.put(name, layer.text("state").orElse("unknown")));
            }
        }
        return Collections.unmodifiableMap(layers);
    }

    /** Release and machine of the kernel. */
    public Optional<String> kernel() {
        return internal().text("kernel");
    }

    /** The audit log that the statement binds: a product in JSON Lines that says how many events it has. */
    public Optional<LogReport> log() {
        List<LogReport> logs = logs();
        return logs.size() == 1 ? Optional.of(logs.getFirst()) : Optional.empty();
    }

    private List<LogReport> logs() {
        List<LogReport> logs = new ArrayList<>();
        for (Json each : run().array("byproducts")) {
            if (each instanceof Json.Obj product
                    && product.text("mediaType").equals(Optional.of(ProvenanceStatement.LOG_MEDIA_TYPE))) {
                Optional<Digest> digest = sha256(product.object("digest"));
                Optional<Long> events = product.object("annotations").integer("gleisner_events");
                Optional<Digest> root = product.object("annotations")
                        .text("gleisner_merkle_root")
                        .flatMap(hex -> sha256(Json.object().put("sha256", hex).build()));
                if (digest.isPresent() && events.isPresent() && root.isPresent()) {
                    logs.add(new LogReport(product.text("name").orElse(""), digest.get(), root.get(), events.get()));
                }
            }
        }
        return logs;
    }

    /** The runtime trace that the statement binds by the digest of its payload. */
    public Optional<ProvenanceStatement.BoundTrace> trace() {
        List<ProvenanceStatement.BoundTrace> traces = traces();
        return traces.size() == 1 ? Optional.of(traces.getFirst()) : Optional.empty();
    }

    /** Traces that are named, with a digest or without one that can be read. */
    private long namedTraces() {
        return run().array("byproducts").stream().filter(StatementView::isTrace).count();
    }

    private static boolean isTrace(Json byproduct) {
        return byproduct instanceof Json.Obj product
                && product.object("annotations")
                        .text(ProvenanceStatement.PREDICATE_ANNOTATION)
                        .equals(Optional.of(TraceStatement.PREDICATE_TYPE));
    }

    private List<ProvenanceStatement.BoundTrace> traces() {
        List<ProvenanceStatement.BoundTrace> traces = new ArrayList<>();
        for (Json each : run().array("byproducts")) {
            if (isTrace(each) && each instanceof Json.Obj product) {
                sha256(product.object("digest"))
                        .ifPresent(digest -> traces.add(new ProvenanceStatement.BoundTrace(
                                product.text("name").orElse(""), digest)));
            }
        }
        return traces;
    }

    /** SHA-256 of the payload of the record before this one. */
    public Optional<Digest> parent() {
        return sha256(session().object("parent"));
    }

    /** How the session ended, in the words of {@link dev.gleisner.domain.record.SessionRecord.Outcome}. */
    public Optional<String> outcome() {
        return session().text("outcome");
    }

    /** The command's exit code, when it ended by itself. */
    public Optional<Long> exitCode() {
        return session().integer("exitCode");
    }

    /** The signal that ended the command. */
    public Optional<Long> signal() {
        return session().integer("signal");
    }

    /** How many denials were seen; empty when nothing watched for them. */
    public Optional<Long> denials() {
        return session().integer("denialCount");
    }

    /** What each source of events says of itself, as {@link dev.gleisner.domain.record.SensorReport} writes it. */
    public List<Json.Obj> sensors() {
        List<Json.Obj> sensors = new ArrayList<>();
        for (Json each : session().array("completeness")) {
            if (each instanceof Json.Obj sensor) {
                sensors.add(sensor);
            }
        }
        return sensors;
    }

    /** What the command used, as {@link dev.gleisner.domain.sandbox.ResourceUse} writes it; empty when not known. */
    public Json.Obj resources() {
        return session().object("resources");
    }

    /** {@code isolated} or {@code host}: what of the network existed inside. */
    public Optional<String> network() {
        return internal().object("effectivePolicy").object("network").text("mode");
    }

    /** The digest of what the command wrote to {@code stdout} or {@code stderr}, when that was no terminal. */
    public Optional<Digest> output(String name) {
        for (Json each : run().array("byproducts")) {
            if (each instanceof Json.Obj product && product.text("name").equals(Optional.of(name))) {
                return sha256(product.object("digest"));
            }
        }
        return Optional.empty();
    }

    /** The session's id. */
    public Optional<String> sessionId() {
        return run().object("metadata").text("invocationId");
    }

    /** When it began, RFC 3339. */
    public Optional<String> startedOn() {
        return run().object("metadata").text("startedOn");
    }

    /** When it ended, RFC 3339. */
    public Optional<String> finishedOn() {
        return run().object("metadata").text("finishedOn");
    }

    /** What the session used. */
    public List<Dependency> dependencies() {
        List<Dependency> dependencies = new ArrayList<>();
        for (Json each : definition().array("resolvedDependencies")) {
            if (each instanceof Json.Obj dependency) {
                dependencies.add(new Dependency(
                        dependency.text("name").or(() -> dependency.text("uri")).orElse(""),
                        anyDigest(dependency.object("digest"))));
            }
        }
        return dependencies;
    }

    /** The sources of events and how complete each was. */
    public List<Source> sources() {
        List<Source> sources = new ArrayList<>();
        for (Json each : session().array("completeness")) {
            if (each instanceof Json.Obj source) {
                Map<String, Long> counters = new TreeMap<>();
                source.object("counters").members().forEach((name, value) -> {
                    if (value instanceof Json.Int(long count)) {
                        counters.put(name, count);
                    }
                });
                sources.add(new Source(
                        source.text("sensor").orElse(""),
                        source.integer("events").orElse(0L),
                        source.integer("lost"),
                        source.integer("truncated").orElse(0L),
                        source.text("attachedOn"),
                        texts(source.array("sees")),
                        counters,
                        source.text("note").orElse("")));
            }
        }
        return sources;
    }

    private static List<String> texts(List<Json> values) {
        List<String> texts = new ArrayList<>();
        for (Json each : values) {
            if (each instanceof Json.Str(String text)) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** Files that were there before and are gone. */
    public List<String> deletedFiles() {
        return texts(session().array("deletedFiles"));
    }

    /**
     * Whether a DSSE payload type is one of in-toto; asked after the signature, under {@code statement.payload-type}.
     *
     * @spec https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md in-toto envelope
     */
    public static Check payloadType(String payloadType) {
        String prefix = "application/vnd.in-toto.";
        boolean one = payloadType.equals(ProvenanceStatement.PAYLOAD_TYPE)
                || payloadType.startsWith(prefix)
                        && payloadType.endsWith("+json")
                        && payloadType.length() > prefix.length() + "+json".length();
        return one
                ? Check.pass("statement.payload-type", "the payload is signed as " + payloadType)
                : Check.fail(
                        "statement.payload-type",
                        "the payload is signed as \"" + payloadType + "\", expected "
                                + ProvenanceStatement.PAYLOAD_TYPE);
    }

    /**
     * Whether this is a statement that its subjects can be checked by: {@code statement.type}, {@code
     * statement.predicate-type}, {@code statement.subjects}; and, only when it fails, {@code statement.parent} and
     * {@code statement.log} or {@code statement.trace}: a link or a log that is there and cannot be read is not the same as none.
     */
    public List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        Optional<String> type = type();
        boolean known = type.equals(Optional.of(ProvenanceStatement.STATEMENT_TYPE))
                || type.equals(Optional.of(ProvenanceStatement.STATEMENT_TYPE_V0_1));
        checks.add(
                known
                        ? Check.pass("statement.type", "an in-toto statement: " + type.orElse(""))
                        : Check.fail(
                                "statement.type",
                                "_type is "
                                        + type.map(each -> "\"" + each + "\"").orElse("not there") + ", expected "
                                        + ProvenanceStatement.STATEMENT_TYPE));
        Optional<String> predicate = predicateType();
        checks.add(
                predicate.equals(Optional.of(ProvenanceStatement.PREDICATE_TYPE))
                        ? Check.pass("statement.predicate-type", ProvenanceStatement.PREDICATE_TYPE)
                        : Check.fail(
                                "statement.predicate-type",
                                "predicateType is "
                                        + predicate
                                                .map(each -> "\"" + each + "\"")
                                                .orElse("not there")
                                        + ", expected " + ProvenanceStatement.PREDICATE_TYPE));
        checks.add(subjectCheck());
        if (session().get("parent").isPresent() && parent().isEmpty()) {
            checks.add(Check.fail("statement.parent", "the parent is there, and no sha256 can be read from it"));
        }
        if (namedTraces() > 1 || namedTraces() != traces().size()) {
            checks.add(Check.fail(
                    "statement.trace", namedTraces() + " runtime traces are named, expected one with a sha256"));
        }
        if (logs().size() > 1) {
            checks.add(Check.fail("statement.log", logs().size() + " audit logs are named, expected one"));
        }
        return checks;
    }

    private Check subjectCheck() {
        String id = "statement.subjects";
        List<Json> subjects = json.array("subject");
        if (subjects.isEmpty()) {
            return Check.fail(id, "the statement is about nothing: subject is empty");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < subjects.size(); i++) {
            if (!(subjects.get(i) instanceof Json.Obj subject)) {
                return Check.fail(id, "subject " + i + " is no object");
            }
            String name = subject.text("name").orElse("");
            if (name.isEmpty()) {
                return Check.fail(id, "subject " + i + " has no name");
            }
            if (!names.add(name)) {
                return Check.fail(id, "the name \"" + name + "\" is given to two subjects");
            }
            if (sha256(subject.object("digest")).isEmpty()) {
                return Check.fail(id, "subject \"" + name + "\" has no sha256, and a name alone identifies nothing");
            }
        }
        return Check.pass(id, subjects.size() + (subjects.size() == 1 ? " subject" : " subjects"));
    }

    private Json.Obj definition() {
        return json.object("predicate").object("buildDefinition");
    }

    private Json.Obj external() {
        return definition().object("externalParameters");
    }

    private Json.Obj internal() {
        return definition().object("internalParameters");
    }

    private Json.Obj run() {
        return json.object("predicate").object("runDetails");
    }

    private Json.Obj session() {
        return run().object(ProvenanceStatement.SESSION);
    }

    private static Optional<Digest> sha256(Json.Obj digests) {
        return digest(digests, DigestAlgorithm.SHA256);
    }

    private static Optional<Digest> anyDigest(Json.Obj digests) {
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            Optional<Digest> found = digest(digests, algorithm);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Digest> digest(Json.Obj digests, DigestAlgorithm algorithm) {
        Optional<String> hex = digests.text(algorithm.key());
        try {
            return hex.map(value -> new Digest(algorithm, value));
        } catch (IllegalArgumentException _) { // not that many lower-case hexadecimal digits
            return Optional.empty();
        }
    }
}
