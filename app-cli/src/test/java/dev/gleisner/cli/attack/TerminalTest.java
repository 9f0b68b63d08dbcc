package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Answers;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The caller's terminal: nothing is typed into it, and nothing commands it. */
class TerminalTest {
    @Attack("E23")
    void e23NothingIsPushedIntoTheTerminal(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            site.program("pty");
            Answers twin = Answers.of(site.plain("./pty", "24", "80", "./attack", "terminal"));
            Answers inside =
                    Answers.of(site.gleisnerBehind(List.of("./pty", "24", "80"), "wrap", "--", "./attack", "terminal")
                            .run());
            assertThat(twin.all().get("tiocsti")).startsWith("ok");
            assertThat(inside.all().get("tiocsti").strip()).isEqualTo("EPERM");
            assertThat(inside.all().get("tioclinux").strip()).isEqualTo("EPERM");
            assertThat(inside.all().get("tiocsetd").strip()).isEqualTo("EPERM");
            assertThat(inside.all().get("high-word").strip()).isEqualTo("EPERM");
        }
    }

    @Attack("E23")
    void e23SequencesThatCommandTheTerminalAreFiltered(Who who) {
        try (Site site = Site.of(who)) {
            site.program("pty");
            site.file(
                    "evil.txt",
                    "one\033]52;c;cHduZWQ=\007two\033]0;title\007three\033[6nfour\033P$q\"p\033\\five\033[31mred\033[0m\033]2;t\033\\six\n");
            Result twin = site.plain("./pty", "24", "80", "cat", "evil.txt");
            assertThat(twin.out()).contains("\033]52;");
            Result inside = site.gleisnerBehind(List.of("./pty", "24", "80"), "wrap", "--", "cat", "evil.txt")
                    .run()
                    .exits(0);
            String shown = new String(inside.bytes(), StandardCharsets.ISO_8859_1);
            assertThat(shown)
                    .contains("one", "two", "three", "four", "five", "red", "six", "\033[31m")
                    .doesNotContain("\033]52", "\033P$q");
            // A pipe is no terminal: bytes stay bytes.
            assertThat(site.wrap("cat", "evil.txt").exits(0).out())
                    .isEqualTo(twin.out().replace("\r", ""));
        }
    }
}
