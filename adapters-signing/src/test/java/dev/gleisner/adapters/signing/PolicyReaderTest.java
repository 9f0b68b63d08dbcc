package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.verify.Policy;
import dev.gleisner.ports.GleisnerException.BadInput;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules, and everything that is none of them. */
class PolicyReaderTest {
    private static final Path FILE = Path.of("policy.json");

    @TempDir
    Path directory;

    @Test
    void readsAllOfThem() throws Exception {
        Policy policy = PolicyReader.read(Path.of("src/test/resources/corpus/policy/all.json"));
        assertThat(policy)
                .isEqualTo(new Policy(
                        Optional.of(true),
                        Optional.of(List.of("konishi", "developer")),
                        Optional.of(new BigDecimal("3600.5")),
                        Optional.of(true),
                        Optional.of(List.of("https://gleisner.dev/builder/sandboxed/v1")),
                        Optional.of(true),
                        Optional.of(true),
                        Optional.of(0L),
                        Optional.of(2L)));
    }

    @Test
    void knowsTheRulesThatThePolicyHas() {
        assertThat(PolicyReader.RULES)
                .containsExactlyElementsOf(Arrays.stream(Policy.class.getRecordComponents())
                        .map(each -> each.getName().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"requires_sandbox\":true}         | line 1, column 2  | did you mean \"require_sandbox\"",
                "{\"Require_Sandbox\":true}          | line 1, column 2  | did you mean \"require_sandbox\"",
                "{\"max_denials\":1}                 | line 1, column 2  | did you mean \"max_denial_count\"",
                "{\"zzz\":1}                         | line 1, column 2  | the rules are",
                "{\"require_sandbox\":\"true\"}      | line 1, column 20 | \"require_sandbox\": true",
                "{\"require_sandbox\":1}             | line 1, column 20 | \"require_sandbox\": true",
                "{\"require_sandbox\":null}          | line 1, column 20 | \"require_sandbox\": true",
                "{\"allowed_profiles\":\"konishi\"}  | line 1, column 21 | [\"...\"]",
                "{\"allowed_profiles\":[]}           | line 1, column 22 | leave the rule out",
                "{\"allowed_profiles\":[1]}          | line 1, column 22 | [\"...\"]",
                "{\"allowed_profiles\":[\" \"]}      | line 1, column 22 | delete it",
                "{\"allowed_profiles\":[\"a\",\"a\"]} | line 1, column 26 | keep one",
                "{\"max_lost_events\":-1}            | line 1, column 20 | not negative",
                "{\"max_session_duration_secs\":0}   | line 1, column 30 | above 0",
                "{\"max_session_duration_secs\":-1}  | line 1, column 30 | above 0",
                "{\"max_session_duration_secs\":1e999999999} | line 1, column 30 | above 0",
                "{\"max_session_duration_secs\":1e-999999999} | line 1, column 30 | above 0",
                "{\"max_session_duration_secs\":\"1h\"} | line 1, column 30 | above 0",
                "{\"max_denial_count\":-1}           | line 1, column 21 | not negative",
                "{\"max_denial_count\":1.0}          | line 1, column 21 | not negative",
                "{\"max_denial_count\":99999999999999999999} | line 1, column 21 | not negative",
                "{\"max_denial_count\":1,\"max_denial_count\":2} | line 1, column 23 | keep one",
                "{\"max_denial_count\":1}{}          | line 1, column 23 | delete",
                "[]                                  | line 1, column 1  | write",
                "{\"max_denial_count\":}             | line 1, column    | correct the JSON",
                "{\"max_denial_count\":1             | line 1, column    | correct the JSON",
                "{}                                  | policy.json       | add a rule",
                "{\"require_sandbox\":false}         | policy.json       | add a rule"
            })
    void pointsAtEveryMistake(String text, String place, String fix) {
        assertThatThrownBy(() -> PolicyReader.read(FILE, text.getBytes(UTF_8)))
                .isInstanceOfSatisfying(BadInput.class, bad -> {
                    assertThat(bad).hasMessageContaining("policy.json").hasMessageContaining(place);
                    assertThat(bad.fix()).contains(fix);
                });
    }

    @Test
    void pointsAtTheLine() {
        assertThatThrownBy(
                        () -> PolicyReader.read(FILE, "{\n  \"require_sandbox\": true,\n  \"x\": 1\n}".getBytes(UTF_8)))
                .hasMessageContaining("line 3, column 3");
    }

    @Test
    void refusesLargeAndMissingFiles() throws Exception {
        assertThatThrownBy(() -> PolicyReader.read(directory.resolve("none.json")))
                .isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> PolicyReader.read(directory)).isInstanceOf(BadInput.class);
        Path large = Files.write(directory.resolve("large.json"), new byte[(1 << 20) + 1]);
        assertThatThrownBy(() -> PolicyReader.read(large))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("larger");
    }

    @Test
    void isChosenByTheFilesName() throws Exception {
        JsonPolicyEngineProvider provider = new JsonPolicyEngineProvider();
        assertThat(provider.reads(Path.of("a/b.json"))).isTrue();
        assertThat(provider.reads(Path.of("a/b.wasm"))).isFalse();
        assertThat(provider.create(Path.of("src/test/resources/corpus/policy/one.json"))
                        .evaluate(dev.gleisner.domain.verify.PolicyInput.of(
                                dev.gleisner.domain.json.Json.EMPTY, Optional.empty())))
                .hasSize(1);
    }
}
