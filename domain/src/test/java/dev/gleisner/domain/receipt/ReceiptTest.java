package dev.gleisner.domain.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.EventReader;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.StatementView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The receipt has the fields of the reference, and each says what the record says. */
class ReceiptTest {
    private static final Path LOG = Path.of("src/test/resources/receipt/session.audit.jsonl");
    private static final Path GOLDEN = Path.of("src/test/resources/golden/receipt.json");

    /** Every field of the reference's schema v0.3.0 that every receipt has, with its place. */
    private static final Map<String, Set<String>> SCHEMA = Map.ofEntries(
            Map.entry("outcome", Set.of("exit_code", "signal", "error")),
            Map.entry("timing", Set.of("duration_ms", "cpu_time_ms")),
            Map.entry("filesystem", Set.of("reads", "writes", "deletes", "policy_violations")),
            Map.entry("network", Set.of("attempts", "bytes_sent", "bytes_received")),
            Map.entry("syscalls", Set.of("counts", "denied")),
            Map.entry("resources", Set.of("max_rss_kb", "cpu_time_ms")),
            Map.entry("environment", Set.of("runtime", "os", "arch", "sandbox")),
            Map.entry("execution", Set.of("backend", "isolation")),
            Map.entry("artifacts", Set.of("stdout_hash", "stderr_hash")));

    private static final Set<String> PLAIN = Set.of(
            "version",
            "execution_id",
            "provenance",
            "timestamp",
            "observation_mode",
            "completeness",
            "process_tree",
            "exit_code",
            "duration_ms",
            "processes");

    private static Json.Builder sensor(String name, long lost, String... sees) {
        return Json.object()
                .put("sensor", name)
                .put("sees", Json.strings(List.of(sees)))
                .put("attachedBeforeRelease", true)
                .put("lost", lost)
                .put("truncated", 0)
                .put("counters", Json.object().put("absent", 4).put("syscall.openat", 12));
    }

    private static Json.Builder whole(long lost) {
        return sensor("ebpf", lost, "processes", "reads", "changes", "network", "denials");
    }

    private static StatementView statement(String outcome, Json.Builder... sensors) {
        List<Json> completeness = new ArrayList<>();
        for (Json.Builder sensor : sensors) {
            completeness.add(sensor.build());
        }
        Json.Builder session = Json.object().put("outcome", outcome).put("completeness", new Json.Arr(completeness));
        if (!outcome.equals("recovered")) {
            session.put("exitCode", 3)
                    .put(
                            "resources",
                            Json.object()
                                    .put("userMicros", 1500)
                                    .put("systemMicros", 600)
                                    .put("maxResidentBytes", 4096));
        }
        return StatementView.of(Json.object()
                .put(
                        "predicate",
                        Json.object()
                                .put(
                                        "buildDefinition",
                                        Json.object()
                                                .put(
                                                        "externalParameters",
                                                        Json.object()
                                                                .put(
                                                                        "command",
                                                                        Json.strings(
                                                                                List.of("/usr/bin/python3", "a.py"))))
                                                .put(
                                                        "internalParameters",
                                                        Json.object()
                                                                .put("kernel", "6.18.5 x86_64")
                                                                .put(
                                                                        "effectivePolicy",
                                                                        Json.object()
                                                                                .put(
                                                                                        "network",
                                                                                        Json.object()
                                                                                                .put("mode", "host")))
                                                                .put(
                                                                        "enforcement",
                                                                        Json.object()
                                                                                .put("backend", "native")
                                                                                .put("confined", true))))
                                .put(
                                        "runDetails",
                                        Json.object()
                                                .put(
                                                        "metadata",
                                                        Json.object()
                                                                .put("invocationId", "20260101T000000Z-1")
                                                                .put("startedOn", "2026-01-01T00:00:00Z"))
                                                .put(
                                                        "byproducts",
                                                        new Json.Arr(List.of(Json.object()
                                                                .put("name", "stdout")
                                                                .put(
                                                                        "digest",
                                                                        Json.object()
                                                                                .put("sha256", "ab".repeat(32)))
                                                                .build())))
                                                .put("gleisner_session", session)))
                .build());
    }

    private static Json.Obj receipt(StatementView statement) throws IOException {
        ReceiptBuilder builder = new ReceiptBuilder(statement);
        EventReader reader = new EventReader();
        for (String line : Files.readAllLines(LOG)) {
            byte[] bytes = line.getBytes(UTF_8);
            builder.accept(reader.read(bytes, bytes.length));
        }
        return builder.build().toJson();
    }

    @Test
    void isTheSameToTheByte() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Json.Obj receipt = receipt(statement("completed", whole(0)));
        CanonicalJson.write(receipt, (bytes, length) -> out.write(bytes, 0, length));
        if (Boolean.getBoolean("golden.update")) {
            Files.write(GOLDEN, out.toByteArray());
        }
        assertThat(out.toString(UTF_8)).isEqualTo(Files.readString(GOLDEN));
        assertThat(out.toByteArray()).isEqualTo(CanonicalJson.bytes(receipt));
    }

    @Test
    void hasEveryFieldOfTheReferenceAndNoOther() throws Exception {
        Json.Obj receipt = receipt(statement("completed", whole(0)));
        Set<String> all = new TreeSet<>(PLAIN);
        all.addAll(SCHEMA.keySet());
        assertThat(receipt.members().keySet()).containsExactlyInAnyOrderElementsOf(all);
        SCHEMA.forEach(
                (name, members) -> assertThat(receipt.object(name).members().keySet())
                        .as(name)
                        .containsExactlyInAnyOrderElementsOf(members));
        assertThat(receipt.object("environment").object("sandbox").members().keySet())
                .containsExactly("network");
        for (Json each : receipt.array("process_tree")) {
            assertThat(((Json.Obj) each).members().keySet())
                    .containsExactlyInAnyOrder("pid", "ppid", "exe", "argv", "working_dir");
        }
        for (Json each : receipt.array("processes")) {
            assertThat(((Json.Obj) each).members().keySet()).containsExactlyInAnyOrder("pid", "ppid", "cmd");
        }
        for (Json each : receipt.object("network").array("attempts")) {
            assertThat(((Json.Obj) each).members().keySet()).containsExactlyInAnyOrder("dst", "protocol", "result");
        }
    }

    @Test
    void isClosedOnlyWhenOneSensorSawAllOfItAndLostNothing() throws Exception {
        assertThat(reasons(statement("completed", whole(0)))).isEmpty();
        assertThat(reasons(statement("completed", whole(2)))).containsExactly("ebpf lost 2 events");
        assertThat(reasons(statement("completed", whole(2), whole(0)))).isEmpty();
        assertThat(reasons(statement(
                        "completed",
                        sensor("notify", 0, "processes", "changes", "network"),
                        sensor("inotify", 0, "reads", "changes"))))
                .containsExactly("nothing watched denials");
        assertThat(reasons(statement("completed", sensor("inotify", 0, "reads", "changes"))))
                .containsExactly("nothing watched processes, network, denials");
        assertThat(reasons(statement("recovered")))
                .containsExactly(
                        "the supervisor died before the session ended",
                        "nothing watched processes, reads, changes, network, denials");
        Json.Obj late = Json.object()
                .put("sensor", "ebpf")
                .put("sees", Json.strings(List.of("processes", "reads", "changes", "network", "denials")))
                .put("truncated", 1)
                .build();
        assertThat(CompletenessRule.of(statement("completed", builder(late))).reasons())
                .containsExactly(
                        "ebpf was not in place before the command was released",
                        "ebpf cannot tell what it lost",
                        "ebpf cut 1 events off");
    }

    private static Json.Builder builder(Json.Obj object) {
        Json.Builder builder = Json.object();
        object.members().forEach(builder::put);
        return builder;
    }

    private static List<String> reasons(StatementView statement) throws IOException {
        Json.Obj receipt = receipt(statement);
        List<String> reasons = new ArrayList<>();
        receipt.array("completeness_reasons").forEach(each -> reasons.add(((Json.Str) each).value()));
        assertThat(receipt.text("completeness")).contains(reasons.isEmpty() ? "closed" : "partial");
        return reasons;
    }

    @Test
    void whatNobodyWatchedForIsNotAnEmptyList() {
        Json.Obj nothing = new ReceiptBuilder(statement("recovered")).build().toJson();
        assertThat(nothing.get("outcome")).isEmpty();
        assertThat(nothing.get("resources")).isEmpty();
        assertThat(nothing.get("provenance")).isEmpty();
        assertThat(nothing.get("observation_mode")).isEmpty();
        assertThat(nothing.get("exit_code")).contains(Json.Null.NULL);
        assertThat(nothing.get("duration_ms")).contains(Json.Null.NULL);
        assertThat(nothing.object("filesystem").members().values()).containsOnly(Json.Null.NULL);
        assertThat(nothing.object("network").members().values()).containsOnly(Json.Null.NULL);
        assertThat(nothing.object("syscalls").members().values()).containsOnly(Json.Null.NULL);

        Json.Obj watched =
                new ReceiptBuilder(statement("completed", whole(0))).build().toJson();
        assertThat(watched.object("filesystem").members().values()).containsOnly(new Json.Arr(List.of()));
        assertThat(watched.object("network").get("bytes_sent")).contains(Json.of(0));
    }

    @Test
    void signalsHaveTheWordsOfTheReference() {
        assertThat(SignalWord.of(9)).isEqualTo("killed");
        assertThat(SignalWord.of(15)).isEqualTo("terminated");
        assertThat(SignalWord.of(31)).isEqualTo("signal 31");
        assertThat(SignalWord.of(-1)).isEqualTo("signal -1");
    }

    @Test
    void aMillionEventsOfFewFilesNeedNoMemory() {
        ReceiptBuilder builder = new ReceiptBuilder(statement("completed", whole(0)));
        Origin origin = new Origin("ebpf", 10, 5_000_000, 0);
        for (int i = 0; i < 1_000_000; i++) {
            builder.accept(new RecordedEvent(i, i, i, origin, new Event.FileRead("/p/" + i % 100)));
        }
        assertThat(builder.build().toJson().object("filesystem").array("reads")).hasSize(100);
    }
}
