package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Answers;
import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Files outside of the project: by links, by other names, by what Gleisner itself does on the host. */
class FilesTest {
    private static final String SECRET = "the-secret-of-the-host";

    @Attack("E11")
    void e11ADeniedCommandByOtherNamesReachesNothing(Who who) {
        try (Site site = Site.of(who)) {
            // The list names the program that Gleisner starts, and that is all that a list of names can do.
            Path profile = profile(site, "[process]\ncommand_allowlist = [\"sh\", \"cat\"]\n");
            String name = profile.toString();
            assertThat(site.gleisner("wrap", "--profile", name, "--", "ls")
                            .run()
                            .fails()
                            .err())
                    .contains("the profile allows only sh, cat");
            site.gleisner("wrap", "--profile", name, "--", "sh", "-c", "ls")
                    .run()
                    .exits(0);
            // What holds whatever the name: mounts, Landlock, seccomp.
            Path secret = site.homeFile(".ssh/id", SECRET);
            String script = """
                    cp /bin/cat ./innocent; ./innocent SECRET
                    /proc/self/root/bin/cat SECRET
                    ln -s /bin/cat other; ./other SECRET
                    /lib64/ld-linux-x86-64.so.2 /bin/cat SECRET
                    env cat SECRET
                    (exec 3<SECRET && read line <&3 || echo "$line")
                    [ ! -x /usr/bin/python3 ] || /usr/bin/python3 -c 'print(open("SECRET").read())'
                    true
                    """.replace("SECRET", secret.toString());
            assertThat(site.wrap("sh", "-c", script).out()).doesNotContain(SECRET);
            assertThat(site.plain("sh", "-c", script).out().split(SECRET, -1))
                    .as("twins that work")
                    .hasSizeGreaterThan(6);
        }
    }

    @Attack("E12")
    void e12LinksDoNotLeadOut(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.homeFile(".ssh/id", SECRET);
            Host.write(site.base().resolve("elsewhere/file"), SECRET);
            site.own();
            Files.createSymbolicLink(site.project().resolve("k"), site.home().resolve(".ssh"));
            Files.createSymbolicLink(site.project().resolve("e"), Path.of("../../elsewhere"));
            String read = "cat k/id e/file ../.ssh/id ../../elsewhere/file; ln -s ../../elsewhere n; cat n/file";
            assertThat(site.wrap("sh", "-c", read).out()).doesNotContain(SECRET);
            assertThat(site.plain("sh", "-c", read.replace(" n;", " n2;").replace("n/", "n2/"))
                            .out())
                    .contains(SECRET + SECRET + SECRET + SECRET + SECRET);
            String write = "echo pwned > k/id; echo pwned > e/file; echo pwned > e/new";
            site.wrap("sh", "-c", write);
            assertThat(site.home().resolve(".ssh/id")).hasContent(SECRET);
            assertThat(site.base().resolve("elsewhere/file")).hasContent(SECRET);
            assertThat(site.base().resolve("elsewhere/new")).doesNotExist();
        }
    }

    @Attack("E12")
    void e12ALinkThatIsSwappedLeaksNothing(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            Path secret = site.homeFile(".aws/credentials", SECRET);
            site.file("harmless.txt", "nothing here");
            site.program("attack");
            Files.createSymbolicLink(site.project().resolve("link"), Path.of("harmless.txt"));
            // The link is swapped from outside, so fast that it changes between a check and an open.
            try (Running _ = site.plainly("./attack", "race-swap", "link", "harmless.txt", secret.toString(), "30")
                    .start()) {
                Answers twin = site.attackPlainly("race-read", "link", SECRET, "2");
                twin.that("leaks").isNotEqualTo("0");
                Answers inside = site.attack("race-read", "link", SECRET, "4");
                inside.that("tries").isEqualTo("many");
                inside.that("opened").isEqualTo("yes");
                inside.that("leaks").isEqualTo("0");
            }
        }
    }

    /** The recorder hashes files of a tree that the payload owns: it may not be led out of it either. */
    @Attack("E12")
    void e12TheRecorderDoesNotFollowLinks(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            Path secret = site.homeFile(".aws/credentials", SECRET);
            site.record(
                            "sh",
                            "-c",
                            "ln -s " + secret + " stolen; ln -s /etc dir; mkdir d; ln -s .. d/up; echo x > real")
                    .exits(0);
            List<String> names = new ArrayList<>();
            for (JsonNode subject : site.statement().get("subject")) {
                names.add(subject.get("name").asString());
            }
            assertThat(names).containsExactly("real");
        }
    }

    @Attack("E13")
    void e13HardLinksGiveNothing(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            Path secret = site.homeFile(".aws/credentials", SECRET);
            site.file(".env", SECRET);
            Path profile = profile(site, "[filesystem]\ndeny = [\"" + site.project() + "/.env\"]\n");
            String script = "ln " + secret + " a; cat a; ln /bin/true b; ln .env c; cat c .env; mv .env d; cat d; "
                    + "rm -f .env; mv -f a .env; ls -A";
            Result inside = site.gleisner("wrap", "--profile", profile.toString(), "--", "sh", "-c", script)
                    .run();
            assertThat(inside.exits(0).out()).contains(".env").doesNotContain(SECRET);
            assertThat(site.project().resolve("b")).doesNotExist();
            assertThat(site.project().resolve(".env")).hasContent(SECRET);
            Result twin = site.plain("sh", "-c", script);
            assertThat(twin.out()).contains(SECRET + SECRET);
        }
    }

    @Attack("W2")
    void w2KeysAndEvidenceAreOutOfReach(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("true").exits(0);
            String look = "find / -xdev -name '*.key' -o -path '*gleisner*' -name '*.jsonl' 2>/dev/null | head; "
                    + "ls -lR ~/.config ~/.local; find ~ -mindepth 1 -not -path '*/project*'";
            String script = "cat %1$s/.config/gleisner/keys/* %1$s/.local/state/gleisner/*/* | head -c 300"
                    .formatted(site.home());
            assertThat(site.plain("sh", "-c", script).out()).contains("PRIVATE");
            String write = "; echo pwned > " + site.home() + "/.config/gleisner/keys/x";
            assertThat(site.wrap("sh", "-c", script + write + "; " + look).out())
                    .doesNotContain("PRIVATE", "gleisner/keys");
            assertThat(site.home().resolve(".config/gleisner/keys/x")).doesNotExist();
        }
    }

    @Attack("W2")
    void w2BindsThatWouldShowThemAreRefused(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("true").exits(0);
            String state = site.state().toString();
            String keys = site.home().resolve(".config/gleisner/keys").toString();
            Path link = Files.createSymbolicLink(site.project().resolve("link"), site.state());
            Path above = Files.createSymbolicLink(
                    site.project().resolve("above"), site.home().resolve(".local"));
            for (String[] words : new String[][] {
                {"--bind-ro", state},
                {"--bind-rw", state},
                {"--bind-ro", keys},
                {"--bind-ro", link.toString()},
                {"--bind-ro", above.toString()},
                {"--bind-ro", site.home().toString()},
                {"--bind-rw", "/:/host"},
                {"--project", site.home().resolve(".local").toString()},
                {"--project", state}
            }) {
                Result result = site.gleisner(
                                "wrap",
                                words[0],
                                words[1],
                                "--",
                                "sh",
                                "-c",
                                "echo ran; find / -path '*state/gleisner*' -name '*.jsonl' -o -path '*/gleisner/keys*' -type f; true")
                        .run();
                // Refused, or shown without what must not be seen.
                if (result.status() == 0) {
                    assertThat(result.out()).as("%s %s", words[0], words[1]).doesNotContain("jsonl", "/keys/");
                } else {
                    result.exits(2);
                    assertThat(result.out()).doesNotContain("ran");
                    assertThat(result.err()).contains("error:", "fix:");
                }
            }
            // A project that holds its own evidence directory.
            Result inside = site.gleisner("record", "--", "sh", "-c", "echo ran; find . -name '*.jsonl'")
                    .env("XDG_STATE_HOME", site.project().resolve("state").toString())
                    .run();
            assertThat(inside.out()).doesNotContain(".jsonl");
            inside.exits(2);
        }
    }

    @Attack("W9")
    void w9TheHostIsLeftAsItWas(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.homeFile(".ssh/id", SECRET);
            site.homeFile(".netrc", SECRET);
            site.file(".env", SECRET);
            site.file("src/main.c", "int main;");
            Files.createSymbolicLink(site.home().resolve(".aws"), site.home().resolve("nowhere"));
            Path profile = profile(
                    site,
                    "[filesystem]\ndeny = [\"%1$s/.env\", \"%1$s/missing/deep\", \"%1$s/.git/hooks\", \"~/.netrc\", \"~/.ssh\", \"~/.gnupg\"]\nreadonly_bind = [\"/usr\", \"/bin\", \"/lib\", \"/lib64\", \"%2$s/.ssh\", \"/nonexistent/path\"]\n"
                            .formatted(site.project(), site.home()));
            Map<String, String> before = Host.inventory(site.home());
            Map<String, String> etc = Host.inventory(Path.of("/etc"));
            site.gleisner("wrap", "--profile", profile.toString(), "--", "true")
                    .run()
                    .exits(0);
            site.gleisner("wrap", "--", "true").run().exits(0);
            Map<String, String> after = Host.inventory(site.home());
            assertThat(after).containsAllEntriesOf(before);
            after.keySet().removeAll(before.keySet());
            assertThat(after.keySet()).allMatch(path -> path.startsWith(".local") || path.startsWith(".config"));
            assertThat(Host.inventory(Path.of("/etc"))).isEqualTo(etc);
        }
    }

    /** Read-only means read-only all the way down, also for file systems that are mounted below. */
    @Attack("W9")
    void w9ReadOnlyIsRecursive(Who who) {
        try (Site site = Site.of(who)) {
            Result inside = site.wrap(
                    "sh",
                    "-c",
                    "for d in $(cut -d' ' -f2 /proc/self/mounts); do touch $d/gleisner-test 2>/dev/null && echo $d; done; true");
            assertThat(inside.exits(0).out().lines())
                    .allMatch(directory -> directory.startsWith("/tmp")
                            || directory.startsWith("/var/tmp")
                            || directory.startsWith("/run")
                            || directory.startsWith("/dev")
                            || directory.startsWith(site.home().toString()));
            assertThat(site.wrap("sh", "-c", "touch /usr/x /etc/x /x; echo $?")
                            .out()
                            .strip())
                    .isNotEqualTo("0");
        }
    }

    /** A profile of the user's own: the tables given, and the least of those that are not. */
    static Path profile(Site site, String more) {
        return site.homeFile("own.toml", profileText("own", more));
    }

    /** The text of a profile: the tables given, and the least of those that are not. */
    static String profileText(String name, String more) {
        Map<String, String> least = new LinkedHashMap<>();
        least.put("filesystem", BINDS);
        least.put("network", "default = \"deny\"\n");
        least.put("process", "");
        least.put("resources", "");
        // Few hosts delegate cgroups; the tests are about the other layers.
        least.put("layers", "cgroups = \"best-effort\"\n");
        String text = "name = \"" + name + "\"\ndescription = \"of a test\"\n"
                + (more.contains("readonly_bind") ? more : more.replace("[filesystem]\n", "[filesystem]\n" + BINDS));
        for (Map.Entry<String, String> table : least.entrySet()) {
            String head = "[" + table.getKey() + "]\n";
            if (!text.contains(head)) {
                text += head + table.getValue();
            }
        }
        for (String limit : LIMITS) {
            if (!text.contains(limit.substring(0, limit.indexOf(' ')))) {
                text = text.replace("[resources]\n", "[resources]\n" + limit + "\n");
            }
        }
        return text;
    }

    private static final String BINDS =
            "readonly_bind = [\"/usr\", \"/bin\", \"/sbin\", \"/lib\", \"/lib64\", \"/etc\"]\n";
    private static final List<String> LIMITS = List.of(
            "max_memory_mb = 2000",
            "max_cpu_percent = 100",
            "max_pids = 200",
            "max_file_descriptors = 500",
            "max_disk_write_mb = 100");
}
