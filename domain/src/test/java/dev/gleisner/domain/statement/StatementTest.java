package dev.gleisner.domain.statement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.BoundFile;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.domain.verify.Check;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What we write is what we read, and what others write does no harm. */
class StatementTest {
    private static final List<BoundFile> FILES = List.of(
            new BoundFile("b", Sessions.digest("2"), BoundFile.Binding.AT_EXIT),
            new BoundFile("a", Sessions.digest("1"), BoundFile.Binding.AT_EXIT));

    @Test
    void isTheSameToTheByte() throws Exception {
        Path golden = Path.of("src/test/resources/golden/statement.json");
        byte[] bytes = CanonicalJson.bytes(
                ProvenanceStatement.of(Sessions.session(FILES, Outcome.COMPLETED, Optional.of(Sessions.digest("p")))));
        if (Boolean.getBoolean("golden.update")) {
            Files.write(golden, bytes);
        }
        assertThat(new String(bytes, UTF_8)).isEqualTo(Files.readString(golden)).doesNotContain("secret");
    }

    @Test
    void readsWhatItWrites() {
        StatementView view =
                Sessions.view(Sessions.session(FILES, Outcome.COMPLETED, Optional.of(Sessions.digest("p"))));
        assertThat(view.checks()).hasSize(3).allMatch(check -> check.outcome() == Check.Outcome.PASS);
        assertThat(view.subjects())
                .containsExactly(
                        new StatementView.Subject("a", Sessions.digest("1")),
                        new StatementView.Subject("b", Sessions.digest("2")));
        assertThat(view.builderId()).contains(ProvenanceStatement.BUILDER_SANDBOXED);
        assertThat(view.version()).contains("0.1.0");
        assertThat(view.command()).containsExactly("/usr/bin/make", "all");
        assertThat(view.workingDirectory()).contains("/p/src");
        assertThat(view.profile()).contains("konishi");
        assertThat(view.profileDigest()).contains(Sessions.digest("profile"));
        assertThat(view.policyDigest()).isPresent();
        assertThat(view.backend()).contains("native");
        assertThat(view.confined()).contains(true);
        assertThat(view.layers())
                .hasSizeGreaterThan(3)
                .allSatisfy((layer, state) -> assertThat(state).isEqualTo("enforced"));
        assertThat(view.kernel()).contains("6.18 x86_64");
        assertThat(view.log()).contains(new LogReport("s.jsonl", Sessions.digest("log"), Sessions.digest("root"), 7));
        assertThat(view.parent()).contains(Sessions.digest("p"));
        assertThat(view.outcome()).contains("completed");
        assertThat(view.exitCode()).contains(0L);
        assertThat(view.signal()).isEmpty();
        assertThat(view.denials()).contains(2L);
        assertThat(view.sessionId()).contains("20260101T000000Z-1");
        assertThat(view.startedOn()).contains("2026-01-01T00:00:00Z");
        assertThat(view.finishedOn()).contains("2026-01-01T00:00:01.234Z");
        assertThat(view.dependencies())
                .extracting(StatementView.Dependency::name)
                .containsExactly(
                        "git+file:///p",
                        "src/Main.java",
                        "file:///usr/lib/jvm",
                        "pkg:deb/debian/make@4.3?arch=amd64",
                        "file:///opt/a%20b");
        assertThat(view.dependencies().getFirst().digest().map(Digest::toString))
                .contains("gitCommit:" + "1".repeat(40));
        assertThat(view.deletedFiles()).containsExactly("gone.txt");
    }

    @Test
    void readsNothingFromNothing() {
        StatementView view = StatementView.of(Json.EMPTY);
        assertThat(view.checks()).hasSize(3).allMatch(check -> check.outcome() == Check.Outcome.FAIL);
        assertThat(view.subjects()).isEmpty();
        assertThat(view.command()).isEmpty();
        assertThat(view.layers()).isEmpty();
        assertThat(view.log()).isEmpty();
        assertThat(view.parent()).isEmpty();
        assertThat(view.dependencies()).isEmpty();
    }

    private static Json.Obj statement(Json... subjects) {
        return Json.object()
                .put("_type", ProvenanceStatement.STATEMENT_TYPE_V0_1)
                .put("predicateType", ProvenanceStatement.PREDICATE_TYPE)
                .put("subject", new Json.Arr(List.of(subjects)))
                .build();
    }

    private static Json subject(String name, String algorithm, String hex) {
        return Json.object()
                .put("name", name)
                .put("digest", Json.object().put(algorithm, hex))
                .build();
    }

    private static Check.Outcome subjects(Json... subjects) {
        return StatementView.of(statement(subjects)).checks().stream()
                .filter(check -> check.id().equals("statement.subjects"))
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    @Test
    void wantsSubjectsWithNamesOfTheirOwnAndASha256() {
        String hex = "a".repeat(64);
        assertThat(subjects(subject("a", "sha256", hex), subject("b", "sha256", hex)))
                .isEqualTo(Check.Outcome.PASS);
        assertThat(subjects()).isEqualTo(Check.Outcome.FAIL);
        assertThat(subjects(subject("a", "sha256", hex), subject("a", "sha256", hex)))
                .isEqualTo(Check.Outcome.FAIL);
        assertThat(subjects(subject("", "sha256", hex))).isEqualTo(Check.Outcome.FAIL);
        assertThat(subjects(subject("a", "sha1", hex))).isEqualTo(Check.Outcome.FAIL);
        assertThat(subjects(subject("a", "sha256", "A".repeat(64)))).isEqualTo(Check.Outcome.FAIL);
        assertThat(subjects(subject("a", "sha256", "a".repeat(63)))).isEqualTo(Check.Outcome.FAIL);
        assertThat(subjects(Json.of("a"))).isEqualTo(Check.Outcome.FAIL);
        assertThat(subjects(Json.object().put("name", "by name alone").build())).isEqualTo(Check.Outcome.FAIL);
    }

    @Test
    void doesNotTakeABrokenLinkForNone() {
        Json.Obj broken = Json.object()
                .put("_type", ProvenanceStatement.STATEMENT_TYPE)
                .put(
                        "predicate",
                        Json.object()
                                .put(
                                        "runDetails",
                                        Json.object()
                                                .put(
                                                        "gleisner_session",
                                                        Json.object().put("parent", "none"))))
                .build();
        assertThat(StatementView.of(broken).checks()).extracting(Check::id).contains("statement.parent");
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.in-toto+json, PASS",
        "application/vnd.in-toto.provenance+json, PASS",
        "application/vnd.in-toto.+json, FAIL",
        "application/vnd.gleisner.head+json, FAIL",
        "application/json, FAIL"
    })
    void knowsThePayloadTypesOfStatements(String type, Check.Outcome outcome) {
        assertThat(StatementView.payloadType(type).outcome()).isEqualTo(outcome);
        assertThat(StatementView.payloadType(type).id()).isEqualTo("statement.payload-type");
    }

    @Test
    void recoversADraft() {
        Json.Obj draft = ProvenanceStatement.of(Sessions.session(List.of(), Outcome.RECOVERED, Optional.empty()));
        LogReport log = new LogReport("s.jsonl", Sessions.digest("log"), Sessions.digest("root"), 3);
        StatementView view = StatementView.of(
                ProvenanceStatement.recovered(draft, log, "2026-01-02T00:00:00Z", Optional.of(Sessions.digest("p"))));
        assertThat(view.checks()).hasSize(3).allMatch(check -> check.outcome() == Check.Outcome.PASS);
        assertThat(view.log()).contains(log);
        assertThat(view.subjects()).containsExactly(new StatementView.Subject("s.jsonl", Sessions.digest("log")));
        assertThat(view.outcome()).contains("recovered");
        assertThat(view.parent()).contains(Sessions.digest("p"));
        assertThat(view.finishedOn()).contains("2026-01-02T00:00:00Z");
        assertThat(view.startedOn()).contains("2026-01-01T00:00:00Z");
        assertThat(view.exitCode()).isEmpty();
        assertThat(new String(CanonicalJson.bytes(view.json()), UTF_8)).doesNotContain("pending");

        Json.Obj first = ProvenanceStatement.recovered(view.json(), log, "2026-01-02T00:00:00Z", Optional.empty());
        assertThat(StatementView.of(first).parent())
                .as("the parent of the draft is not kept")
                .isEmpty();
        assertThatThrownBy(() -> ProvenanceStatement.recovered(Json.EMPTY, log, "", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void findsWhatIsDifferent() {
        StatementView before = Sessions.view(Sessions.session(FILES, Outcome.COMPLETED, Optional.empty()));
        assertThat(StatementDiff.of(before, before).same()).isTrue();
        StatementView after = Sessions.view(Sessions.session(
                List.of(
                        new BoundFile("a", Sessions.digest("other"), BoundFile.Binding.AT_EXIT),
                        new BoundFile("c", Sessions.digest("3"), BoundFile.Binding.AT_EXIT)),
                Outcome.TIMED_OUT,
                Optional.of(Sessions.digest("p"))));
        StatementDiff diff = StatementDiff.of(before, after);
        assertThat(diff.lines())
                .containsExactly(
                        "~ outcome: completed -> timed-out",
                        "- exit: code 0",
                        "- denials: 2",
                        "~ subject a: " + Sessions.digest("1") + " -> " + Sessions.digest("other"),
                        "- subject b: " + Sessions.digest("2"),
                        "+ subject c: " + Sessions.digest("3"));
        assertThat(diff.toJson().bool("same")).contains(false);
        assertThat(diff.toJson().array("differences")).hasSize(6);
        assertThat(StatementDiff.of(after, before).differences())
                .extracting(StatementDiff.Difference::kind)
                .containsExactly("changed", "added", "added", "changed", "added", "removed");
    }

    @Test
    void writesAndReadsTheHeadOfAChain() {
        ChainHead head = new ChainHead(3, Sessions.digest("newest"));
        assertThat(ChainHead.of(head.toJson())).isEqualTo(head);
        assertThat(new String(CanonicalJson.bytes(head.toJson()), UTF_8))
                .isEqualTo(
                        "{\"newest\":{\"sha256\":\"" + Sessions.digest("newest").hex() + "\"},\"size\":3}");
        assertThatThrownBy(() -> new ChainHead(0, Sessions.digest(""))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "size", "newest"})
    void refusesAHeadWithoutItsParts(String part) {
        Json.Builder json = Json.object();
        if (part.equals("size")) {
            json.put("size", 1);
        } else if (part.equals("newest")) {
            json.put("newest", Sessions.digest("").toJson());
        }
        assertThatThrownBy(() -> ChainHead.of(json.build())).isInstanceOf(IllegalArgumentException.class);
    }
}
