package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Cmd;
import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a command meets in the sandbox, and what its caller sees of it. */
class RunTest {
    @Everyone
    void statusPassesThrough(Who who) {
        try (Site site = Site.of(who)) {
            for (String verb : new String[] {"wrap", "record"}) {
                site.gleisner(verb, "--", "true").run().exits(0);
                site.gleisner(verb, "--", "false").run().exits(1);
                site.gleisner(verb, "--", "sh", "-c", "exit 7").run().exits(7);
                site.gleisner(verb, "--", "sh", "-c", "kill -TERM $$").run().exits(128 + 15);
                site.gleisner(verb, "--", "sh", "-c", "kill -KILL $$").run().exits(128 + 9);
            }
        }
    }

    @Everyone
    void missingCommandIs127AndUnexecutableOneIs126(Who who) {
        try (Site site = Site.of(who)) {
            assertThat(site.wrap("no-such-command").exits(127).err()).contains("no-such-command", "fix:");
            site.file("plain.txt", "no program");
            assertThat(site.wrap("./plain.txt").exits(126).err()).contains("plain.txt", "fix:");
        }
    }

    @Everyone
    void pipesArePassedBothWays(Who who) {
        try (Site site = Site.of(who)) {
            Result result = site.gleisner("wrap", "--", "sh", "-c", "tr a-z A-Z; echo oops >&2")
                    .stdin("hello\n")
                    .run()
                    .exits(0);
            assertThat(result.out()).isEqualTo("HELLO\n");
            assertThat(result.err()).contains("oops");
            // More than any pipe's buffer, and bytes that are no text.
            Result big = site.gleisner("record", "--quiet", "--", "head", "-c", "3000000", "/dev/zero")
                    .run();
            assertThat(big.exits(0).bytes()).hasSize(3_000_000).containsOnly((byte) 0);
        }
    }

    @Everyone
    void closedReaderEndsTheCommand(Who who) {
        try (Site site = Site.of(who)) {
            // yes(1) ends only when it is told that nobody reads.
            String line = site.line("wrap", "--", "yes");
            Result result =
                    site.plainly("bash", "-c", line + " | head -n 2").run().exits(0);
            assertThat(result.out()).isEqualTo("y\ny\n");
        }
    }

    @Everyone
    void whatGleisnerRunsFromIsReadOnlyInItsOwnCheckout(Who who) {
        try (Site site = Site.of(who)) {
            site.file("gleisner", "launcher");
            site.file("config/launch", "script");
            site.file(".image/current", "1");
            site.file("src/Main.java", "source");
            String script = "for f in gleisner config/launch config/new .image/current .image/2 src/Main.java; do"
                    + " (echo changed >$f) 2>/dev/null && echo $f; done;"
                    + " mv .image away 2>/dev/null && echo moved; mv config away 2>/dev/null && echo moved; true";
            for (String verb : new String[] {"wrap", "record"}) {
                Result result = site.gleisner(verb, "--", "sh", "-c", script)
                        .env("JDK_JAVA_OPTIONS", "-Dgleisner.checkout=" + site.project())
                        .run()
                        .exits(0);
                assertThat(result.out()).isEqualTo("src/Main.java\n");
                assertThat(site.project().resolve("config/launch")).hasContent("script");
            }
            // Another project's files of these names are its own.
            assertThat(site.wrap("sh", "-c", script).exits(0).out()).contains("gleisner\n", "config/new\n", "moved");
        }
    }

    @Everyone
    void environmentIsWhatWasAskedFor(Who who) {
        try (Site site = Site.of(who)) {
            Cmd command = site.gleisner("wrap", "--env", "PASSED", "--env", "SET=in side", "--", "env");
            Result result = command.env("PASSED", "yes")
                    .env("SECRET_TOKEN", "hunter2")
                    .run()
                    .exits(0);
            assertThat(result.out().lines())
                    .contains("PASSED=yes", "SET=in side", "HOME=" + site.home())
                    .noneMatch(line -> line.contains("hunter2"))
                    .noneMatch(line -> line.startsWith("GLEISNER_LC_ALL"));
            assertThat(result.out().lines().filter(line -> line.startsWith("LC_ALL=")))
                    .containsExactly("LC_ALL=C.UTF-8");
        }
    }

    @Everyone
    void commandRunsInTheProjectAsTheCaller(Who who) {
        try (Site site = Site.of(who)) {
            Result result = site.wrap("sh", "-c", "pwd; id -u; id -g; echo made > made.txt; hostname")
                    .exits(0);
            assertThat(result.out().lines().limit(3))
                    .containsExactly(site.project().toString(), "" + who.uid(), "" + who.gid());
            assertThat(site.project().resolve("made.txt")).hasContent("made");
            assertThat(site.project().resolve("made.txt"))
                    .satisfies(file -> assertThat((Integer) Files.getAttribute(file, "unix:uid"))
                            .isEqualTo(who.uid()));
        }
    }

    @Everyone
    void homeIsPrivateAndEmpty(Who who) {
        try (Site site = Site.of(who)) {
            site.homeFile(".ssh/id_rsa", "secret key");
            site.homeFile("diary.txt", "secret");
            Result result = site.wrap("sh", "-c", "ls -A ~; cat ~/diary.txt; echo new > ~/new.txt && cat ~/new.txt");
            assertThat(result.out())
                    .doesNotContain("diary")
                    .doesNotContain("secret")
                    .contains("new");
            assertThat(result.err()).contains("diary.txt: No such file");
            assertThat(site.home().resolve("new.txt")).doesNotExist();
            assertThat(site.plain("cat", site.home() + "/diary.txt").exits(0).out())
                    .isEqualTo("secret");
        }
    }

    @Everyone
    void projectInTmpAndPathsWithBlanksWork(Who who) throws Exception {
        try (Site site = Site.under(who, Path.of("/tmp"))) {
            Path odd = Files.createDirectories(site.project().resolve("with blank/and \"quote' ü"));
            site.own();
            Result result = site.gleisner(
                            "record", "--quiet", "--project", ".", "--", "sh", "-c", "pwd; echo x > 'a b'; ls /tmp")
                    .in(odd)
                    .run()
                    .exits(0);
            assertThat(result.out().lines().findFirst()).contains(odd.toString());
            assertThat(odd.resolve("a b")).hasContent("x");
            site.gleisner("key", "trust", "local").run().exits(0);
            site.gleisner("verify", "--check-files").in(odd).run().exits(0);
        }
    }

    @Everyone
    void moreBindsCanBeAskedFor(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            Path other = site.base().resolve("other");
            Host.write(other.resolve("file"), "content");
            site.own();
            String script = "cat %1$s/file && echo changed > %1$s/file".formatted(other);
            assertThat(site.wrap("sh", "-c", script).fails().out()).isEmpty();
            Result readonly = site.gleisner("wrap", "--bind-ro", other.toString(), "--", "sh", "-c", script)
                    .run();
            assertThat(readonly.fails().out()).isEqualTo("content");
            assertThat(readonly.err()).contains("Read-only file system");
            site.gleisner("wrap", "--bind-rw", other.toString(), "--", "sh", "-c", script)
                    .run()
                    .exits(0);
            assertThat(Files.readString(other.resolve("file"))).isEqualTo("changed\n");
        }
    }

    @Everyone
    void backendNoneRunsAndSaysSoEverywhere(Who who) {
        try (Site site = Site.of(who)) {
            Result result = site.gleisner("record", "--backend", "none", "--", "sh", "-c", "echo x > f")
                    .run()
                    .exits(0);
            assertThat(result.err()).contains("NOT CONFINED");
            assertThat(site.statement().at("/predicate/runDetails/builder/id").asString())
                    .endsWith("/unconfined/v1");
            assertThat(site.statement()
                            .at("/predicate/buildDefinition/internalParameters/enforcement/confined")
                            .asBoolean())
                    .isFalse();
        }
    }
}
