package dev.gleisner.domain.receipt;

import dev.gleisner.domain.activity.Attempt;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.StatementView;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a session did, in one document: the execution receipt v0.3.0 of glasshouse. What is not known is {@code null} or,
 * where the schema may leave it out, not there; an empty list says that it was watched for and did not happen.
 *
 * @param executionId the session's id
 * @param provenance where it was observed: {@code host} when something outside of the sandbox watched; empty when
 *     nothing did
 * @param timestamp when it began, RFC 3339
 * @param completeness how whole the lists are
 * @param outcome how the command ended; empty when not known
 * @param durationMillis from the start of the first program to the end of the last process
 * @param cpuMillis processor time of all processes
 * @param maxResidentKib largest resident set of any one process
 * @param processes every program that ran, and processes that ran none of their own
 * @param filesystem paths that were touched
 * @param network addresses that were tried
 * @param syscalls system calls as far as somebody counted them
 * @param environment where it ran
 * @param execution what it ran in
 * @param stdout digest of what it printed; empty when that was a terminal
 * @param stderr likewise
 */
public record Receipt(
        String executionId,
        Optional<String> provenance,
        Optional<String> timestamp,
        Completeness completeness,
        Optional<Outcome> outcome,
        Optional<Long> durationMillis,
        Optional<Long> cpuMillis,
        Optional<Long> maxResidentKib,
        List<ProcessEntry> processes,
        Filesystem filesystem,
        Network network,
        Syscalls syscalls,
        Environment environment,
        Execution execution,
        Optional<Digest> stdout,
        Optional<Digest> stderr) {

    /** The version of the schema. */
    public static final String VERSION = "v0.3.0";

    public Receipt {
        processes = List.copyOf(processes);
    }

    /**
     * Whether the lists can have gaps.
     *
     * @param reasons why they can; empty when one sensor watched all of it from before the release and lost nothing
     */
    public record Completeness(List<String> reasons) {
        public Completeness {
            reasons = List.copyOf(reasons);
        }

        /** How whole the log of a session is. */
        public static Completeness of(StatementView statement) {
            return CompletenessRule.of(statement);
        }

        /** {@code closed} or {@code partial}. */
        public String word() {
            return reasons.isEmpty() ? "closed" : "partial";
        }
    }

    /**
     * How the command ended.
     *
     * @param exitCode as a shell reports it: 128 plus the signal's number when a signal ended it
     * @param signal the signal's name in the words of the reference, such as {@code killed}
     * @param error why it is no whole run, such as {@code timed-out}
     */
    public record Outcome(long exitCode, Optional<String> signal, Optional<String> error) {}

    /** A program that ran; a process that became several programs has several. */
    public record ProcessEntry(
            long pid,
            Optional<Long> parentPid,
            Optional<String> executable,
            Optional<List<String>> argv,
            Optional<String> workingDirectory) {
        private Json tree() {
            return Json.object()
                    .put("pid", pid)
                    .put("ppid", number(parentPid))
                    .put("exe", text(executable))
                    .put("argv", argv.<Json>map(Json::strings).orElse(Json.Null.NULL))
                    .put("working_dir", text(workingDirectory))
                    .build();
        }

        private Json line() {
            return Json.object()
                    .put("pid", pid)
                    .put("ppid", number(parentPid))
                    .put("cmd", text(argv.map(words -> String.join(" ", words))))
                    .build();
        }
    }

    /** Paths, in order; a list is empty when nothing watched for it. */
    public record Filesystem(
            Optional<NavigableSet<String>> reads,
            Optional<NavigableSet<String>> writes,
            Optional<NavigableSet<String>> deletes,
            Optional<NavigableSet<String>> policyViolations) {}

    /** Addresses in order, and bytes where somebody counted them. */
    public record Network(
            Optional<NavigableSet<Attempt>> attempts, Optional<Long> sentBytes, Optional<Long> receivedBytes) {}

    /**
     * System calls.
     *
     * @param counts by name; empty when nothing counted
     * @param denied what was refused and is no matter of files; empty when nothing watched for it
     */
    public record Syscalls(Optional<SortedMap<String, Long>> counts, Optional<NavigableSet<String>> denied) {}

    /**
     * Where it ran.
     *
     * @param runtime the command's program in the words of the reference
     * @param architecture as Go names it, such as {@code amd64}
     * @param network {@code enabled} or {@code disabled}
     */
    public record Environment(
            String runtime, String operatingSystem, Optional<String> architecture, Optional<String> network) {}

    /**
     * What it ran in.
     *
     * @param isolation {@code none}, or {@code namespaces}
     */
    public record Execution(Optional<String> backend, Optional<String> isolation) {}

    /** The document. */
    public Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("version", VERSION)
                .put("execution_id", executionId)
                .put("provenance", provenance.map(Json::of))
                .put("timestamp", timestamp.map(Json::of))
                .put("observation_mode", provenance.map(Json::of))
                .put("completeness", completeness.word());
        if (!completeness.reasons().isEmpty()) {
            json.put("completeness_reasons", Json.strings(completeness.reasons()));
        }
        outcome.ifPresent(how -> json.put(
                "outcome",
                Json.object()
                        .put("exit_code", how.exitCode())
                        .put("signal", text(how.signal()))
                        .put("error", text(how.error()))));
        return json.put(
                        "timing",
                        Json.object().put("duration_ms", number(durationMillis)).put("cpu_time_ms", number(cpuMillis)))
                .put("process_tree", Json.array(processes, ProcessEntry::tree))
                .put(
                        "filesystem",
                        Json.object()
                                .put("reads", list(filesystem.reads()))
                                .put("writes", list(filesystem.writes()))
                                .put("deletes", list(filesystem.deletes()))
                                .put("policy_violations", list(filesystem.policyViolations())))
                .put(
                        "network",
                        Json.object()
                                .put(
                                        "attempts",
                                        network.attempts()
                                                .<Json>map(found -> Json.array(found, Attempt::toJson))
                                                .orElse(Json.Null.NULL))
                                .put("bytes_sent", number(network.sentBytes()))
                                .put("bytes_received", number(network.receivedBytes())))
                .put(
                        "syscalls",
                        Json.object()
                                .put(
                                        "counts",
                                        syscalls.counts().map(Receipt::counts).orElse(Json.Null.NULL))
                                .put("denied", list(syscalls.denied())))
                .put(
                        "resources",
                        cpuMillis.isEmpty() && maxResidentKib.isEmpty()
                                ? Optional.<Json>empty()
                                : Optional.of(Json.object()
                                        .put("max_rss_kb", number(maxResidentKib))
                                        .put("cpu_time_ms", number(cpuMillis))
                                        .build()))
                .put(
                        "environment",
                        Json.object()
                                .put("runtime", environment.runtime())
                                .put("os", environment.operatingSystem())
                                .put("arch", text(environment.architecture()))
                                .put("sandbox", Json.object().put("network", text(environment.network()))))
                .put(
                        "execution",
                        Json.object()
                                .put("backend", text(execution.backend()))
                                .put("isolation", text(execution.isolation())))
                .put(
                        "artifacts",
                        Json.object()
                                .put("stdout_hash", text(stdout.map(Digest::hex)))
                                .put("stderr_hash", text(stderr.map(Digest::hex))))
                .put("exit_code", number(outcome.map(Outcome::exitCode)))
                .put("duration_ms", number(durationMillis))
                .put("processes", Json.array(processes, ProcessEntry::line))
                .build();
    }

    private static Json counts(SortedMap<String, Long> counts) {
        SortedMap<String, Json> members = new TreeMap<>();
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            members.put(count.getKey(), Json.of(count.getValue()));
        }
        return new Json.Obj(members);
    }

    private static Json number(Optional<Long> value) {
        return value.map(Json::of).orElse(Json.Null.NULL);
    }

    private static Json text(Optional<String> value) {
        return value.map(Json::of).orElse(Json.Null.NULL);
    }

    private static Json list(Optional<? extends Collection<String>> values) {
        return values.<Json>map(found -> Json.strings(Collections.unmodifiableCollection(found)))
                .orElse(Json.Null.NULL);
    }
}
