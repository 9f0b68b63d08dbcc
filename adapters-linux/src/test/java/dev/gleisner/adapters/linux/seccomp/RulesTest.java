package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Action;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Preset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables themselves: every line known, reasoned and needed. */
class RulesTest {
    private static final NaiveModel MODEL = new NaiveModel();

    @ParameterizedTest
    @CsvSource({"denied.tsv, 5", "arguments.tsv, 6", "nodejs.tsv, 2", "custom.tsv, 2"})
    void everyRuleCarriesItsReasonAndAKnownName(String file, int columns) {
        assertThat(NaiveModel.rows(file)).isNotEmpty().allSatisfy(row -> {
            assertThat(row).hasSize(columns);
            assertThat(MODEL.names).containsValue(row.getFirst());
            assertThat(row.getLast().strip()).isEqualTo(row.getLast()).hasSizeGreaterThan(6);
        });
    }

    @ParameterizedTest
    @CsvSource({"denied.tsv", "nodejs.tsv", "custom.tsv", "constants.tsv"})
    void noLineIsThereTwice(String file) {
        assertThat(NaiveModel.rows(file).stream().map(List::getFirst)).doesNotHaveDuplicates();
    }

    @Test
    void noAllowlistNamesADeniedCall() {
        assertThat(MODEL.nodejs.keySet()).doesNotContainAnyElementsOf(MODEL.denied.keySet());
        assertThat(MODEL.custom.keySet()).doesNotContainAnyElementsOf(MODEL.denied.keySet());
        assertThat(MODEL.nodejs.keySet()).containsAll(MODEL.custom.keySet());
    }

    @Test
    void argumentRulesAreForCallsThatSomePresetAllows() {
        assertThat(MODEL.nodejs.keySet())
                .containsAll(MODEL.arguments.stream().map(List::getFirst).toList());
    }

    @Test
    void everyConstantIsUsed() {
        List<String> conditions =
                MODEL.arguments.stream().map(row -> row.get(1)).toList();
        assertThat(MODEL.constants.keySet())
                .allSatisfy(name -> assertThat(conditions)
                        .anySatisfy(
                                condition -> assertThat(condition.split(" ")).contains(name)));
    }

    static IntStream argumentRules() {
        return IntStream.range(0, MODEL.arguments.size());
    }

    /** Taking a rule out changes what is said of some call; else nothing needs it. */
    @ParameterizedTest
    @MethodSource("argumentRules")
    void everyArgumentRuleIsNeeded(int index) {
        List<String> rule = MODEL.arguments.get(index);
        NaiveModel without = new NaiveModel();
        without.arguments.remove(index);
        int nr = SyscallTable.x86_64().number(rule.getFirst()).orElseThrow();
        Stream<SeccompPolicy> policies = Stream.of(true, false)
                .map(network -> new SeccompPolicy(Preset.BASELINE, Action.ERRNO, List.of(), false, network));
        assertThat(policies.anyMatch(policy -> MODEL.interestingArguments(rule.getFirst()).stream()
                        .anyMatch(args -> !MODEL.verdict(policy, nr, Bpf.ARCH_X86_64, args)
                                .equals(without.verdict(policy, nr, Bpf.ARCH_X86_64, args)))))
                .as(rule.toString())
                .isTrue();
    }

    @Test
    void everyErrnoThatRulesMayNameIsUsed() {
        assertThat(Arrays.stream(Errno.values()).map(Enum::name))
                .allSatisfy(name -> assertThat(Stream.concat(
                                MODEL.arguments.stream().map(row -> row.get(2)),
                                MODEL.denied.values().stream().map(row -> row.get(1))))
                        .contains(name));
    }

    @ParameterizedTest
    @CsvSource({
        "bad-no-reason.tsv, bad-no-reason.tsv:2: a field is empty",
        "bad-columns.tsv, bad-columns.tsv:1: 3 fields instead of 2",
        "nowhere.tsv, nowhere.tsv is missing"
    })
    void aBrokenTableIsRefused(String file, String message) {
        assertThatThrownBy(() -> Tsv.read(file, 2)).hasMessageContaining(message);
    }
}
