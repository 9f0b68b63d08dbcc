package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Cmd;
import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** The commands around a session. */
class CommandsTest {
    @Everyone
    void planPrintsTheTapeAndTouchesNothing(Who who) {
        try (Site site = Site.of(who)) {
            var before = Host.inventory(site.home());
            Result plan =
                    site.gleisner("plan", "--", "sh", "-c", "touch ran").run().exits(0);
            assertThat(plan.out())
                    .contains("unshare(", "pivot_root(", "mount_setattr(", "landlock_restrict_self(", "execve")
                    .contains("/usr/bin/sh");
            assertThat(plan.out().indexOf("landlock_restrict_self("))
                    .as("Landlock comes after the mounts")
                    .isGreaterThan(plan.out().lastIndexOf("move_mount("));
            Result filter =
                    site.gleisner("plan", "--seccomp", "--", "true").run().exits(0);
            assertThat(filter.out().lines().findFirst().orElseThrow()).contains("A = arch");
            Result policy =
                    site.gleisner("plan", "--policy", "--", "true").run().exits(0);
            assertThat(Site.json(policy.out()).get("argv").get(0).asString()).endsWith("/true");
            assertThat(site.gleisner("plan", "--policy", "--", "true").run().out())
                    .isEqualTo(policy.out());
            assertThat(Host.inventory(site.home())).isEqualTo(before);
        }
    }

    @Everyone
    void doctorNamesEveryProvider(Who who) {
        try (Site site = Site.of(who)) {
            assertThat(site.gleisner("doctor").run().exits(0).out())
                    .contains("sandbox backend native", "sandbox backend none", "sensor inotify", "signer", "verifier")
                    .contains("sees: reads, changes", "--sensor auto takes here: ")
                    .contains("sensor fanotify", "sensor landlock-audit");
            JsonNode report =
                    Site.json(site.gleisner("doctor", "--json").run().exits(0).out());
            assertThat(report.get("healthy").asBoolean()).isTrue();
            assertThat(report.get("providers").size()).isGreaterThanOrEqualTo(9);
            assertThat(report.get("sensorsOfAuto")).isNotEmpty();
            for (JsonNode provider : report.get("providers")) {
                assertThat(provider.has("sees"))
                        .isEqualTo(provider.get("kind").asString().equals("sensor"));
            }
        }
    }

    @Everyone
    void inspectAndDiffTellWhatHappened(Who who) {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo 1 > a; echo 1 > gone").exits(0);
            site.record("sh", "-c", "echo 2 > a; rm gone; echo 3 > b; exit 3").exits(3);
            Result inspect = site.gleisner("inspect").run().exits(0);
            assertThat(inspect.out())
                    .contains(
                            "konishi",
                            "exit 3",
                            "layers enforced",
                            "wrote       2",
                            "deleted     1",
                            "not checked here");
            String one = site.bundles().getFirst().toString();
            String other = site.bundles().getLast().toString();
            Result diff = site.gleisner("diff", one, other).run().exits(1);
            assertThat(diff.out()).contains("~ subject a", "+ subject b", "- subject gone");
            site.gleisner("diff", one, one).run().exits(0);
            site.gleisner("inspect", site.base().resolve("nothing").toString())
                    .run()
                    .exits(2);
        }
    }

    @Everyone
    void profilesAreListedShownAndValidated(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            String list = site.gleisner("profile", "list").run().exits(0).out();
            for (String name :
                    new String[] {"konishi", "carter-zimmerman", "ashton-laval", "developer", "developer-open"}) {
                assertThat(list).contains(name);
                String text =
                        site.gleisner("profile", "show", name).run().exits(0).out();
                Path copy = site.homeFile(name + ".toml", text);
                site.gleisner("profile", "validate", copy.toString()).run().exits(0);
                site.gleisner("wrap", "--profile", name, "--", "true").run().exits(0);
            }
            site.gleisner("profile", "show", "no-such").run().exits(2);
        }
    }

    @Everyone
    void keysAreMadeListedTrustedExportedAndEncrypted(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            Path passphrase = site.homeFile("passphrase", "correct horse\n");
            site.gleisner("key", "generate", "work", "--passphrase-file", passphrase.toString())
                    .run()
                    .exits(0);
            assertThat(site.gleisner("key", "generate", "work").run().fails().err())
                    .contains("work", "fix:");
            Path file = site.home().resolve(".config/gleisner/keys/work.pem");
            assertThat(Host.read(file)).contains("ENCRYPTED PRIVATE KEY");
            Cmd wrong = site.gleisner("record", "--signing-key", file.toString(), "--", "sh", "-c", "echo ran");
            assertThat(wrong.run().fails().err()).contains("passphrase", "fix:");
            site.gleisner(
                            "record",
                            "--quiet",
                            "--signing-key",
                            file.toString(),
                            "--passphrase-file",
                            passphrase.toString(),
                            "--",
                            "true")
                    .run()
                    .exits(0);
            Path exported = site.base().resolve("work.pub");
            Host.write(
                    exported,
                    site.gleisner("key", "export", "work").run().exits(0).out());
            site.gleisner(
                            "verify",
                            "--public-key",
                            exported.toString(),
                            site.bundle().toString())
                    .run()
                    .exits(0);
            assertThat(site.gleisner("key", "list").run().exits(0).out()).contains("work", "not trusted");
            site.gleisner("key", "trust", exported.toString(), "--name", "colleague")
                    .run()
                    .exits(0);
            assertThat(site.gleisner("key", "list", "--json").run().exits(0).out())
                    .contains("\"trusted\":true");
            site.gleisner("verify", site.bundle().toString()).run().exits(0);
            assertThat(Files.isReadable(file)).isTrue();
        }
    }

    @Everyone
    void mistakesSayWhatWhyAndFix(Who who) {
        try (Site site = Site.of(who)) {
            for (String[] words : new String[][] {
                {"wrap"},
                {"record", "--timeout", "soon", "--", "true"},
                {"wrap", "--profile", "/nonexistent.toml", "--", "true"},
                {"wrap", "--backend", "docker", "--", "true"},
                {"wrap", "--project", "/nonexistent", "--", "true"},
                {"verify", "/nonexistent.sigstore.json"},
                {"verify", "--base-dir", "."},
                {"key", "export", "nobody"},
                {"frobnicate"}
            }) {
                Result result = site.gleisner(words).run();
                assertThat(result.exits(2).err())
                        .as("%s", result)
                        .contains("error:", "fix:")
                        .doesNotContain("\tat ");
            }
        }
    }
}
