package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where policy comes from, and what a mistake in it does. */
class PolicyTest {
    @Attack("E16")
    void e16ABrokenProfileStartsNothing(Who who) {
        try (Site site = Site.of(who)) {
            for (String broken : new String[] {
                "",
                "name = \"own\"",
                FilesTest.profileText("own", "[network]\ndefault = \"dney\"\n"),
                FilesTest.profileText("own", "[network]\ndefault = true\n"),
                FilesTest.profileText("own", "[filesystem]\nread_only_bind = [\"/usr\"]\n"),
                FilesTest.profileText("own", "[filesystem]\nreadwrite_bind = \"/\"\n"),
                FilesTest.profileText("own", "[layers]\nlandlok = \"off\"\n"),
                FilesTest.profileText(
                        "own", "[process.seccomp]\npreset = \"custom\"\nallow_syscalls = [\"no_such_call\"]\n"),
                "not toml at all",
                "name = \"own\"\nname = \"twice\"",
            }) {
                Path file = site.homeFile("broken.toml", broken);
                Result result = site.gleisner("wrap", "--profile", file.toString(), "--", "sh", "-c", "echo ran")
                        .run();
                assertThat(result.exits(2).out()).as(broken).doesNotContain("ran");
                assertThat(result.err()).as(broken).contains("error:", "fix:", "broken.toml");
                site.gleisner("profile", "validate", file.toString()).run().exits(2);
            }
            assertThat(site.gleisner("wrap", "--profile", "no-such-profile", "--", "true")
                            .run()
                            .exits(2)
                            .err())
                    .contains("konishi");
        }
    }

    @Attack("E26")
    void e26WorkingDirectoriesThatAreEverythingAreRefused(Who who) {
        try (Site site = Site.of(who)) {
            for (Path directory :
                    new Path[] {Path.of("/"), site.home(), site.home().getParent()}) {
                Result result = site.gleisner("wrap", "--", "sh", "-c", "echo ran")
                        .in(directory)
                        .run();
                assertThat(result.exits(2).out()).as("%s", directory).isEmpty();
                assertThat(result.err()).contains("error:", "fix:");
                site.gleisner("wrap", "--project", directory.toString(), "--", "true")
                        .run()
                        .exits(2);
            }
            site.gleisner("wrap", "--", "true").run().exits(0);
        }
    }

    @Attack("E26")
    void e26TheProjectCannotRaiseItsOwnRights(Who who) {
        try (Site site = Site.of(who)) {
            site.homeFile("diary.txt", "secret");
            String wide = FilesTest.profileText(
                    "konishi",
                    "[filesystem]\nreadonly_bind = [\"/usr\", \"/bin\", \"/lib\", \"/lib64\", \"/etc\", \""
                            + site.home() + "/diary.txt\"]\n");
            for (String place : new String[] {
                "konishi.toml",
                "gleisner.toml",
                ".gleisner.toml",
                ".gleisner/konishi.toml",
                ".gleisner/profiles/konishi.toml",
                ".config/gleisner/profiles/konishi.toml",
                "profiles/konishi.toml"
            }) {
                site.file(place, wide);
            }
            assertThat(site.wrap("cat", site.home() + "/diary.txt").fails().out())
                    .isEmpty();
            // The twin: the same file where only the user writes is obeyed.
            Host.write(site.home().resolve(".config/gleisner/profiles/konishi.toml"), wide);
            site.own();
            assertThat(site.wrap("cat", site.home() + "/diary.txt").exits(0).out())
                    .isEqualTo("secret");
        }
    }

    @Attack("W5")
    void w5ProfilesOfTheWorkingDirectoryAreNotFound(Who who) {
        try (Site site = Site.of(who)) {
            site.file("profiles/evil.toml", FilesTest.profileText("evil", ""));
            Result result =
                    site.gleisner("wrap", "--profile", "evil", "--", "true").run();
            assertThat(result.exits(2).err()).contains("evil", "fix:");
            assertThat(site.gleisner("profile", "list").run().exits(0).out())
                    .contains("konishi")
                    .doesNotContain("evil");
        }
    }

    @Attack("W5")
    void w5UnknownWordsAreErrorsWithASuggestion(Who who) {
        try (Site site = Site.of(who)) {
            Result flag = site.gleisner("wrap", "--share-netwrok", "--", "sh", "-c", "echo ran")
                    .run()
                    .exits(2);
            assertThat(flag.out()).isEmpty();
            assertThat(flag.err()).contains("--share-netwrok", "--share-network", "fix:");
            assertThat(site.gleisner("recrod", "--", "true").run().exits(2).err())
                    .contains("record");
            assertThat(site.gleisner("wrap", "--best-effort", "landlok", "--", "true")
                            .run()
                            .exits(2)
                            .err())
                    .contains("landlock");
            Path typo = site.homeFile(
                    "typo.toml", FilesTest.profileText("own", "[filesystem]\nreadonly_bnd = [\"/usr\"]\n"));
            Result key =
                    site.gleisner("profile", "validate", typo.toString()).run().exits(2);
            assertThat(key.err()).contains("readonly_bnd", "readonly_bind").containsPattern("typo.toml:[0-9]+:[0-9]+");
        }
    }

    @Attack("W10")
    void w10ADenialStaysADenial(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.homeFile("diary.txt", "secret");
            for (int i = 0; i < 3; i++) {
                assertThat(site.record("sh", "-c", "cat " + site.home() + "/diary.txt; echo x > /usr/x; true")
                                .exits(0)
                                .out())
                        .isEmpty();
            }
            assertThat(site.home().resolve(".config/gleisner/profiles")).doesNotExist();
        }
    }

    @Attack("E24")
    void e24PoisonedVariablesReachNobody(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            Path marker = site.base().resolve("pwned");
            Path script = site.file("evil.sh", "#!/bin/sh\ntouch " + marker + " ./pwned-inside\n");
            Files.setPosixFilePermissions(script, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            site.git();
            Result result = site.gleisner("record", "--quiet", "--", "env")
                    .env("LD_PRELOAD", "/nonexistent/evil.so")
                    .env("LD_LIBRARY_PATH", site.project().toString())
                    .env("BASH_ENV", script.toString())
                    .env("ENV", script.toString())
                    .env("GIT_SSH_COMMAND", script.toString())
                    .env("GIT_EXTERNAL_DIFF", script.toString())
                    .env("GIT_DIR", "/nonexistent")
                    .env("NODE_OPTIONS", "--require " + script)
                    .env("PYTHONSTARTUP", script.toString())
                    .env("PYTHONPATH", site.project().toString())
                    .env("PERL5OPT", "-Mevil")
                    .env("AWS_SECRET_ACCESS_KEY", "hunter2")
                    .env("SSH_AUTH_SOCK", "/run/agent")
                    .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/bus")
                    .run()
                    .exits(0);
            assertThat(result.out().lines())
                    .noneMatch(line -> line.matches(
                            "(LD_|BASH_ENV|ENV=|GIT_|NODE_OPTIONS|PYTHON|PERL5|AWS_|SSH_AUTH|DBUS_|JAVA_TOOL).*"));
            assertThat(marker).doesNotExist();
            assertThat(site.project().resolve("pwned-inside")).doesNotExist();
            // The twin: a shell without Gleisner obeys.
            site.plainly("bash", "-c", "true")
                    .env("BASH_ENV", script.toString())
                    .run()
                    .exits(0);
            assertThat(marker).exists();
        }
    }

    @Attack("E25")
    void e25ProgramsOfTheProjectAreNotRunOnTheHost(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            Path marker = site.base().resolve("pwned");
            for (String name : new String[] {
                "git",
                "sh",
                "bash",
                "env",
                "true",
                "bwrap",
                "pasta",
                "nft",
                "ip",
                "unshare",
                "newuidmap",
                "newgidmap",
                "setpriv",
                "java",
                "mount",
                "id",
                "uname",
                "stty",
                "cat",
                "cp"
            }) {
                Path file = site.file("bin/" + name, "#!/bin/sh\n/usr/bin/touch " + marker + "\n");
                Files.setPosixFilePermissions(
                        file, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            site.git();
            for (String path : new String[] {"bin:.:/usr/bin:/bin", site.project() + "/bin:/usr/bin:/bin"}) {
                site.gleisner("record", "--quiet", "--", "/usr/bin/test", "-d", ".")
                        .env("PATH", path)
                        .run()
                        .exits(0);
                site.gleisner("doctor").env("PATH", path).run();
                assertThat(marker).doesNotExist();
            }
            site.plainly("/bin/sh", "-c", "git status")
                    .env("PATH", site.project() + "/bin:/usr/bin:/bin")
                    .run();
            assertThat(marker).exists();
        }
    }
}
