package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** No secret of a command line gets into a record, however the session ends. */
class RedactionTest {
    private static final long SEED = 20261122;
    private static final String MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** Arguments, and the secrets that are in them. */
    private record Corpus(List<String> arguments, List<String> secrets) {
        static Corpus make(int rounds) {
            Random random = new Random(SEED);
            List<String> arguments = new ArrayList<>();
            List<String> secrets = new ArrayList<>();
            List<String> forms = List.of(
                    "--password=%s",
                    "--api-key|%s",
                    "DB_PASSWORD=%s",
                    "Authorization: Bearer %s",
                    "https://user:%s@example.org/path",
                    "{\"secret\": \"%s\"}",
                    "curl -H 'X-Auth-Token: %s' https://example.org",
                    "mysql --password %s db");
            List<String> starts = List.of(
                    "ghp_", "github_pat_", "sk-ant-api03-", "AKIA", "xoxb-", "glpat-", "npm_", "AIza", "hf_", "eyJ");
            for (int round = 0; round < rounds; round++) {
                for (String form : forms) {
                    String secret = "x" + text(random, 11);
                    secrets.add(secret);
                    for (String word : form.replace("%s", secret).split("\\|")) {
                        arguments.add(word);
                    }
                }
                for (String start : starts) {
                    String secret =
                            start + (start.equals("eyJ") ? "0" + text(random, 20) + "." : "0") + text(random, 39);
                    secrets.add(secret);
                    arguments.add(secret);
                    arguments.add("see " + secret + ", please");
                }
            }
            return new Corpus(arguments, secrets);
        }

        private static String text(Random random, int length) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append(MIXED.charAt(random.nextInt(MIXED.length())));
            }
            return text.toString();
        }

        String[] command(String script, String... options) {
            List<String> words = new ArrayList<>(List.of("record"));
            words.addAll(List.of(options));
            words.addAll(List.of("--", "sh", "-c", script, "sh"));
            words.addAll(arguments);
            return words.toArray(String[]::new);
        }
    }

    /** All text below a directory, that of signed payloads too. */
    private static String everything(Path directory) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(file).append(Files.readString(file, StandardCharsets.ISO_8859_1));
                if (file.toString().endsWith(".sigstore.json")) {
                    all.append(new String(Site.payload(file), StandardCharsets.UTF_8));
                }
            }
        }
        return all.toString();
    }

    private static void holdsNone(String text, List<String> secrets) {
        for (String secret : secrets) {
            assertThat(text.indexOf(secret)).as("seed %s: %s", SEED, secret).isEqualTo(-1);
        }
    }

    @Everyone
    void noSecretIsInTheEvidence(Who who) throws IOException {
        Corpus corpus = Corpus.make(3);
        try (Site site = Site.of(who)) {
            Result said = site.gleisner(corpus.command(
                            "for each; do /bin/true \"$each\"; done; env > /dev/null",
                            "--verbose",
                            "--env",
                            "DEPLOY_TOKEN=" + corpus.secrets().getFirst()))
                    .run()
                    .exits(0);
            holdsNone(said.err(), corpus.secrets());
            String evidence =
                    everything(site.state()) + everything(site.project().resolve(".gleisner"));
            assertThat(evidence).contains("keyed:", "DEPLOY_TOKEN", "session.start");
            holdsNone(evidence, corpus.secrets());
            holdsNone(site.gleisner("inspect", "--detailed").run().exits(0).out(), corpus.secrets());
            holdsNone(site.gleisner("inspect", "--json").run().exits(0).out(), corpus.secrets());
        }
    }

    @Everyone
    void noSecretIsLeftBehindByADeadSupervisor(Who who) throws IOException {
        Corpus corpus = Corpus.make(1);
        try (Site site = Site.of(who)) {
            try (Running running = site.gleisner(corpus.command("echo started; sleep 60", "--quiet"))
                    .start()
                    .awaitOut("started")) {
                running.signal("KILL").await().exits(128 + 9);
            }
            String left = everything(site.state());
            assertThat(left).contains("draft.json", "keyed:");
            holdsNone(left, corpus.secrets());
            site.gleisner("recover").run().exits(0);
            holdsNone(everything(site.state()), corpus.secrets());
        }
    }

    @Everyone
    void theProfileNamesMoreAndShowsVariables(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            String konishi =
                    site.gleisner("profile", "show", "konishi").run().exits(0).out();
            Path profile = site.home().resolve("ours.toml");
            Files.writeString(profile, konishi.replace("name = \"konishi\"", "name = \"ours\"") + """

                            [record]
                            redact = [{ value = "corp-*", reason = "our own tickets" }]
                            environment = [{ value = "LANG", reason = "how programs sort" }, "CORP_HOST"]
                            dependencies = "listed"
                            """);
            site.gleisner("profile", "validate", profile.toString()).run().exits(0);
            site.gleisner(
                            "record",
                            "--profile",
                            profile.toString(),
                            "--env",
                            "LANG=C.UTF-8",
                            "--env",
                            "CORP_HOST=corp-host-1",
                            "--env",
                            "OTHER=plain",
                            "--",
                            "echo",
                            "corp-4711",
                            "corpse")
                    .run()
                    .exits(0);
            JsonNode internal = site.statement().at("/predicate/buildDefinition/internalParameters");
            assertThat(internal.at("/environment/LANG").asString()).isEqualTo("C.UTF-8");
            assertThat(internal.at("/environment/CORP_HOST").asString()).startsWith("keyed:");
            assertThat(internal.at("/environment/OTHER").isMissingNode()).isTrue();
            assertThat(internal.at("/recording/dependencies").asString()).isEqualTo("listed");
            JsonNode command = site.statement().at("/predicate/buildDefinition/externalParameters/command");
            assertThat(command.get(1).asString()).startsWith("keyed:");
            assertThat(command.get(2).asString()).isEqualTo("corpse");
        }
    }
}
