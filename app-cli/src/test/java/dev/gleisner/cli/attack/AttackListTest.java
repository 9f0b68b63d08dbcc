package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every attack of the list has a test, and every test of an attack names one of the list. */
class AttackListTest {
    private static final List<Class<?>> TESTS = List.of(
            KernelDoorsTest.class,
            ProcessesTest.class,
            FilesTest.class,
            PolicyTest.class,
            FailClosedTest.class,
            RecorderTest.class,
            TerminalTest.class,
            ResourcesTest.class,
            VerifierTest.class,
            NetworkTest.class,
            WatchersTest.class);

    @Test
    void everyAttackHasATest() throws IOException {
        List<String> ids = new ArrayList<>();
        try (InputStream in = AttackListTest.class.getResourceAsStream("/attacks.tsv");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    ids.add(line.split("\t", -1)[0]);
                }
            }
        }
        Map<String, List<String>> tests = new TreeMap<>();
        for (Class<?> type : TESTS) {
            for (Method method : type.getDeclaredMethods()) {
                Attack attack = method.getAnnotation(Attack.class);
                if (attack != null) {
                    assertThat(method.getName()).startsWith(attack.value().toLowerCase(Locale.ROOT));
                    assertThat(method.getName().substring(attack.value().length()))
                            .as("%s: the id is followed by words", method)
                            .matches("[A-Z].*");
                    tests.computeIfAbsent(attack.value(), _ -> new ArrayList<>())
                            .add(method.getName());
                }
            }
        }
        assertThat(ids).hasSizeGreaterThan(25).doesNotHaveDuplicates();
        assertThat(tests.keySet()).containsExactlyInAnyOrderElementsOf(ids);
    }
}
