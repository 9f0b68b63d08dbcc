package dev.gleisner.domain.statement;

import dev.gleisner.domain.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What two sessions did differently. Ids and times always differ and are left out.
 *
 * @param differences by topic, then by name
 */
public record StatementDiff(List<Difference> differences) {
    public StatementDiff {
        differences = List.copyOf(differences);
    }

    /**
     * One difference.
     *
     * @param topic what it is about, such as {@code subject} or {@code layer}
     * @param name which one of these; empty when there is only one
     * @param before what the first statement says; empty when it says nothing
     * @param after what the second statement says
     */
    public record Difference(String topic, String name, Optional<String> before, Optional<String> after) {
        /** {@code added}, {@code removed} or {@code changed}. */
        public String kind() {
            return before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed";
        }

        /** In a line. */
        public String text() {
            String what = name.isEmpty() ? topic : topic + " " + name;
            if (before.isEmpty()) {
                return "+ " + what + ": " + after.orElse("");
            }
            if (after.isEmpty()) {
                return "- " + what + ": " + before.get();
            }
            return "~ " + what + ": " + before.get() + " -> " + after.get();
        }

        /** In {@code --json}. */
        public Json toJson() {
            Json.Builder json = Json.object().put("topic", topic).put("kind", kind());
            if (!name.isEmpty()) {
                json.put("name", name);
            }
            return json.put("before", before.map(Json::of))
                    .put("after", after.map(Json::of))
                    .build();
        }
    }

    /** Compares two statements. */
    public static StatementDiff of(StatementView before, StatementView after) {
        List<Difference> found = new ArrayList<>();
        one(found, "profile", before.profile(), after.profile());
        one(found, "profile-digest", words(before.profileDigest()), words(after.profileDigest()));
        one(found, "effective-policy", words(before.policyDigest()), words(after.policyDigest()));
        one(found, "command", command(before), command(after));
        one(found, "working-directory", before.workingDirectory(), after.workingDirectory());
        one(found, "builder", before.builderId(), after.builderId());
        one(found, "version", before.version(), after.version());
        one(found, "kernel", before.kernel(), after.kernel());
        one(found, "backend", before.backend(), after.backend());
        many(found, "layer", before.layers(), after.layers());
        one(found, "outcome", before.outcome(), after.outcome());
        one(found, "exit", exit(before), exit(after));
        one(found, "denials", words(before.denials()), words(after.denials()));
        many(found, "source", sources(before), sources(after));
        many(found, "subject", subjects(before), subjects(after));
        many(found, "dependency", dependencies(before), dependencies(after));
        many(found, "deleted", deleted(before), deleted(after));
        return new StatementDiff(found);
    }

    /** Whether the two say the same. */
    public boolean same() {
        return differences.isEmpty();
    }

    /** A line for each difference. */
    public List<String> lines() {
        return differences.stream().map(Difference::text).toList();
    }

    /** In {@code --json}. */
    public Json.Obj toJson() {
        return Json.object()
                .put("same", same())
                .put("differences", Json.array(differences, Difference::toJson))
                .build();
    }

    private static void one(List<Difference> into, String topic, Optional<String> before, Optional<String> after) {
        if (!before.equals(after)) {
            into.add(new Difference(topic, "", before, after));
        }
    }

    private static void many(
            List<Difference> into, String topic, Map<String, String> before, Map<String, String> after) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            Optional<String> old = Optional.ofNullable(before.get(name));
            Optional<String> now = Optional.ofNullable(after.get(name));
            if (!old.equals(now)) {
                into.add(new Difference(topic, name, old, now));
            }
        }
    }

    private static Optional<String> words(Optional<?> value) {
        return value.map(Object::toString);
    }

    private static Optional<String> command(StatementView view) {
        return view.command().isEmpty() ? Optional.empty() : Optional.of(String.join(" ", view.command()));
    }

    private static Optional<String> exit(StatementView view) {
        return view.exitCode()
                .map(code -> "code " + code)
                .or(() -> view.signal().map(signal -> "signal " + signal));
    }

    /** Files by name; the log is a subject only when there is no other, and is another one in every session. */
    private static Map<String, String> subjects(StatementView view) {
        Map<String, String> files = new TreeMap<>();
        String log = view.log().map(each -> each.name()).orElse("");
        for (StatementView.Subject each : view.subjects()) {
            if (!each.name().equals(log)) {
                files.merge(each.name(), each.digest().toString(), (a, b) -> a + " and " + b);
            }
        }
        return files;
    }

    private static Map<String, String> dependencies(StatementView view) {
        Map<String, String> files = new TreeMap<>();
        for (StatementView.Dependency each : view.dependencies()) {
            files.merge(
                    each.name(),
                    each.digest().map(Object::toString).orElse("without a digest"),
                    (a, b) -> a + " and " + b);
        }
        return files;
    }

    /** What a source sees and misses; how many events it gave is never the same twice. */
    private static Map<String, String> sources(StatementView view) {
        Map<String, String> sources = new TreeMap<>();
        for (StatementView.Source each : view.sources()) {
            sources.put(
                    each.sensor(),
                    "sees " + String.join(" ", each.sees()) + ", lost "
                            + each.lost().map(String::valueOf).orElse("unknown") + ", truncated " + each.truncated());
        }
        return sources;
    }

    private static Map<String, String> deleted(StatementView view) {
        Map<String, String> files = new TreeMap<>();
        for (String each : view.deletedFiles()) {
            files.put(each, "deleted");
        }
        return files;
    }
}
