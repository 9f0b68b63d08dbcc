package dev.gleisner.cli.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Sensors;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.ports.contract.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that say what they do, against what each sensor saw of them, as root and as an ordinary user. */
@Tag("kernel")
class OracleTest {
    private static final int SHOWN = 60;

    static Stream<Arguments> sensors() {
        return Stream.of(Sense.EBPF, Sense.NOTIFY, Sense.NOTIFY_FULL, Sense.FANOTIFY, Sense.INOTIFY)
                .flatMap(sense -> Who.all().map(who -> Arguments.of(sense, who)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sensors")
    void files(Sense sense, Who who) throws IOException {
        compiled(sense, who, "oracle-files");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sensors")
    void processes(Sense sense, Who who) throws IOException {
        compiled(sense, who, "oracle-processes");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sensors")
    void network(Sense sense, Who who) throws IOException {
        compiled(sense, who, "oracle-network");
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sensors")
    void aShell(Sense sense, Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.file("oracle-shell.sh", resource("/c/oracle-shell.sh"));
            run(sense, site, List.of("sh", "../oracle-shell.sh"));
        }
    }

    /** Nothing else in the way: what the sandbox refuses does happen here. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("sensors")
    void filesWithoutSandbox(Sense sense, Who who) throws IOException {
        Needs.that("notify-without-sandbox", sense.result() || !sense.process(), "notify is a part of the sandbox");
        try (Site site = Site.of(who)) {
            run(sense, site, List.of("." + site.program("oracle-files")), "--backend", "none");
        }
    }

    private static void compiled(Sense sense, Who who, String program) throws IOException {
        try (Site site = Site.of(who)) {
            run(sense, site, List.of("." + site.program(program)));
        }
    }

    private static void run(Sense sense, Site site, List<String> command, String... options) throws IOException {
        Sensors.need(site, sense.choice());
        Path work = Files.createDirectory(site.project().resolve("work"));
        site.own();
        List<String> words = new ArrayList<>(List.of("record", "--quiet", "--sensor", sense.choice()));
        words.addAll(List.of(options));
        // Standard output is the list of actions; the shell only changes the directory.
        words.addAll(List.of("--", "sh", "-c", "cd work && exec \"$@\"", "sh"));
        words.addAll(command);
        Result result = site.gleisner(words.toArray(String[]::new))
                .timeout(Duration.ofMinutes(2))
                .run()
                .exits(0);
        assertThat(result.err()).doesNotContain("oracle:");
        List<Action> actions = Action.all(result.bytes());
        assertThat(actions).hasSizeGreaterThan(15);
        List<String> differences = Comparison.differences(
                sense,
                PathText.decode(work.toString().getBytes(StandardCharsets.UTF_8)),
                actions,
                new AuditLog(Sensors.lines(site, sense.choice()), Sensors.report(site, sense.choice())));
        keep(site, sense, differences);
        assertThat(differences)
                .as(
                        "%d differences%n%s%n",
                        differences.size(),
                        String.join("\n", differences.subList(0, Math.min(SHOWN, differences.size()))))
                .isEmpty();
    }

    /** Leaves the log of a failed comparison beside the reports of the tests. */
    private static void keep(Site site, Sense sense, List<String> differences) throws IOException {
        if (!differences.isEmpty()) {
            Path directory = Files.createDirectories(Path.of("target", "oracle"));
            Path copy = Files.createTempFile(directory, sense.source() + "-", ".jsonl");
            Files.copy(Site.log(site.bundle()), copy, StandardCopyOption.REPLACE_EXISTING);
            Files.write(directory.resolve(copy.getFileName() + ".differences"), differences);
        }
    }

    private static String resource(String name) throws IOException {
        try (var in = OracleTest.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
