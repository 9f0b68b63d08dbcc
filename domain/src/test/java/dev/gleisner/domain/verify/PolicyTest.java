package dev.gleisner.domain.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.verify.Check.Outcome;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule holds for a session that satisfies it, fails for one that does not, and fails for one that is silent. */
class PolicyTest {
    private static final Policy NONE = new Policy(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    private static final Policy ALL = new Policy(
            Optional.of(true),
            Optional.of(List.of("konishi")),
            Optional.of(BigDecimal.TEN),
            Optional.of(true),
            Optional.of(List.of("builder")),
            Optional.of(true),
            Optional.of(true),
            Optional.of(3L),
            Optional.of(5L));
    private static final PolicyInput GOOD = new PolicyInput(
            Optional.of(true),
            Optional.of("konishi"),
            Optional.of(new BigDecimal("10.000")),
            true,
            Optional.of("builder"),
            true,
            true,
            Optional.empty(),
            Optional.of(3L),
            Optional.of(5L));

    @Test
    void holdsForWhatSatisfiesEveryRule() {
        assertThat(ALL.evaluate(GOOD)).hasSize(9).allMatch(check -> check.outcome() == Outcome.PASS);
        assertThat(ALL.evaluate(GOOD)).extracting(Check::id).allMatch(id -> id.startsWith("policy."));
    }

    @Test
    void failsEveryRuleThatAStatementIsSilentOn() {
        assertThat(ALL.evaluate(PolicyInput.of(Json.EMPTY, Optional.empty())))
                .hasSize(9)
                .allMatch(check -> check.outcome() == Outcome.FAIL);
    }

    @Test
    void asksNothingWhenNoRuleIsOn() {
        assertThat(NONE.asksNothing()).isTrue();
        assertThat(NONE.evaluate(GOOD)).isEmpty();
        Policy off = new Policy(
                Optional.of(false),
                Optional.empty(),
                Optional.empty(),
                Optional.of(false),
                Optional.empty(),
                Optional.of(false),
                Optional.of(false),
                Optional.empty(),
                Optional.empty());
        assertThat(off.asksNothing()).isTrue();
        assertThat(off.evaluate(GOOD)).isEmpty();
        assertThat(ALL.asksNothing()).isFalse();
    }

    static Stream<Map.Entry<String, PolicyInput>> bad() {
        return Stream.of(
                Map.entry("require_sandbox", input(false, "konishi", "10", true, "builder", true, true, 3)),
                Map.entry("allowed_profiles", input(true, "developer", "10", true, "builder", true, true, 3)),
                Map.entry(
                        "max_session_duration_secs", input(true, "konishi", "10.001", true, "builder", true, true, 3)),
                Map.entry("require_audit_log", input(true, "konishi", "10", false, "builder", true, true, 3)),
                Map.entry("allowed_builders", input(true, "konishi", "10", true, "builder/", true, true, 3)),
                Map.entry("require_materials", input(true, "konishi", "10", true, "builder", false, true, 3)),
                Map.entry("require_parent_attestation", input(true, "konishi", "10", true, "builder", true, false, 3)),
                Map.entry("max_denial_count", input(true, "konishi", "10", true, "builder", true, true, 4)),
                Map.entry(
                        "max_lost_events",
                        new PolicyInput(
                                GOOD.sandboxed(),
                                GOOD.profile(),
                                GOOD.durationSeconds(),
                                true,
                                GOOD.builderId(),
                                true,
                                true,
                                Optional.empty(),
                                GOOD.denialCount(),
                                Optional.of(6L))));
    }

    private static PolicyInput input(
            boolean sandboxed,
            String profile,
            String seconds,
            boolean log,
            String builder,
            boolean materials,
            boolean parent,
            long denials) {
        return new PolicyInput(
                Optional.of(sandboxed),
                Optional.of(profile),
                Optional.of(new BigDecimal(seconds)),
                log,
                Optional.of(builder),
                materials,
                parent,
                Optional.empty(),
                Optional.of(denials),
                Optional.of(0L));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void failsExactlyTheRuleThatIsBroken(Map.Entry<String, PolicyInput> broken) {
        assertThat(ALL.evaluate(broken.getValue()))
                .filteredOn(check -> check.outcome() == Outcome.FAIL)
                .extracting(Check::id)
                .containsExactly("policy." + broken.getKey());
    }

    @Test
    void addingRulesNeverLoosens() {
        for (Map.Entry<String, PolicyInput> each : bad().toList()) {
            assertThat(accepts(only(each.getKey()), GOOD)).isTrue();
            assertThat(accepts(only(each.getKey()), each.getValue())).isFalse();
            assertThat(accepts(ALL, each.getValue())).as(each.getKey()).isFalse();
        }
    }

    private static Policy only(String rule) {
        return new Policy(
                ALL.requireSandbox().filter(value -> rule.equals("require_sandbox")),
                ALL.allowedProfiles().filter(value -> rule.equals("allowed_profiles")),
                ALL.maxSessionDurationSecs().filter(value -> rule.equals("max_session_duration_secs")),
                ALL.requireAuditLog().filter(value -> rule.equals("require_audit_log")),
                ALL.allowedBuilders().filter(value -> rule.equals("allowed_builders")),
                ALL.requireMaterials().filter(value -> rule.equals("require_materials")),
                ALL.requireParentAttestation().filter(value -> rule.equals("require_parent_attestation")),
                ALL.maxDenialCount().filter(value -> rule.equals("max_denial_count")),
                ALL.maxLostEvents().filter(value -> rule.equals("max_lost_events")));
    }

    private static boolean accepts(Policy policy, PolicyInput input) {
        return policy.evaluate(input).stream().allMatch(check -> check.outcome() == Outcome.PASS);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2026-01-01T00:00:01.5Z, 1.500",
        "2026-01-01T00:00:01Z, 2026-01-01T00:00:00Z,",
        "yesterday, 2026-01-01T00:00:00Z,",
        "-999999999-01-01T00:00:00Z, +999999999-01-01T00:00:00Z,"
    })
    void knowsADurationOnlyWhenItMakesSense(String start, String end, BigDecimal seconds) {
        Json.Obj statement = Json.object()
                .put(
                        "predicate",
                        Json.object()
                                .put(
                                        "runDetails",
                                        Json.object()
                                                .put(
                                                        "metadata",
                                                        Json.object()
                                                                .put("startedOn", start)
                                                                .put("finishedOn", end))))
                .build();
        assertThat(PolicyInput.of(statement, Optional.empty()).durationSeconds())
                .isEqualTo(Optional.ofNullable(seconds));
    }

    /** What the sources say they lost, one word each: a number, {@code -} for nothing, {@code x} for no number. */
    @ParameterizedTest
    @CsvSource({
        "0, 0, pass, pass",
        "'0 - 0', 0, pass, pass",
        "'0 1', 1, fail, pass",
        "'3 3', 6, fail, fail",
        "'', -1, skipped, fail",
        "'- -', -1, skipped, fail",
        "'0 -1', 9223372036854775807, fail, fail",
        "'0 x 5', 9223372036854775807, fail, fail",
        "9007199254740991, 9007199254740991, fail, fail"
    })
    void lossesAreAddedUp(String words, long sum, String byDefault, String fiveAllowed) {
        List<Json> sources = new ArrayList<>();
        for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
            Json.Builder source = Json.object().put("sensor", "invented");
            if (word.equals("x")) {
                source.put("lost", "none");
            } else if (!word.equals("-")) {
                source.put("lost", Long.parseLong(word));
            }
            sources.add(source.build());
        }
        Json.Obj statement = Json.object()
                .put(
                        "predicate",
                        Json.object()
                                .put(
                                        "runDetails",
                                        Json.object()
                                                .put(
                                                        "gleisner_session",
                                                        Json.object().put("completeness", new Json.Arr(sources)))))
                .build();
        PolicyInput input = PolicyInput.of(statement, Optional.empty());
        assertThat(input.lostEvents()).isEqualTo(sum < 0 ? Optional.empty() : Optional.of(sum));
        assertThat(LostEvents.byDefault(input).outcome().key()).isEqualTo(byDefault);
        assertThat(LostEvents.check(input, 5).outcome().key()).isEqualTo(fiveAllowed);
        assertThatThrownBy(() -> LostEvents.check(input, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReportWithoutAPassHasNotPassed() {
        assertThat(new VerificationReport("b", List.of()).passed()).isFalse();
        assertThat(new VerificationReport("b", List.of(Check.skipped("a", "not asked"))).passed())
                .isFalse();
        assertThat(new VerificationReport("b", List.of(Check.pass("a", ""), Check.skipped("b", ""))).passed())
                .isTrue();
        assertThat(new VerificationReport("b", List.of(Check.pass("a", ""), Check.fail("b", ""))).passed())
                .isFalse();
    }
}
