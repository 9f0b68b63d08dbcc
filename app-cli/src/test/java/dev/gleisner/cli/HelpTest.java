package dev.gleisner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.command.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The help of every command, word by word. */
class HelpTest {
    static Stream<List<String>> commands() {
        List<List<String>> all = new ArrayList<>();
        all.add(List.of());
        for (Command command : Commands.all()) {
            all.add(List.of(command.name()));
            command.subcommands().forEach(sub -> all.add(List.of(command.name(), sub.name())));
        }
        return all.stream();
    }

    private static String run(int expected, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words))
                .as("%s%s", out, err)
                .isEqualTo(expected);
        return out.toString();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isAsAgreed(List<String> command) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.add("--help");
        String name = command.isEmpty() ? "gleisner" : "gleisner-" + String.join("-", command);
        String help = run(0, words.toArray(String[]::new));
        assertThat(help).contains("Usage: gleisner").doesNotContain("\033[");
        Golden.check("help/" + name + ".txt", help);
    }

    @Test
    void theRootListsEveryCommand() {
        String help = run(0, "--help");
        Commands.all().forEach(command -> assertThat(help).containsPattern("(?m)^  " + command.name() + "\\b"));
        assertThat(Commands.all()).hasSizeGreaterThanOrEqualTo(10);
    }

    @Test
    void everyCommandIsFoundByItsName() {
        Commands.all()
                .forEach(command ->
                        assertThat(Commands.named(command.name()).orElseThrow()).hasSameClassAs(command));
    }

    @Test
    void versionIsTheBuildsOne() {
        assertThat(run(0, "--version")).matches("gleisner [0-9]+\\.[0-9]+\\.[0-9]+\\S*\n");
    }
}
