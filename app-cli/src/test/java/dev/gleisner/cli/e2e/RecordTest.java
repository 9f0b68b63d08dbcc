package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a record says of a session. */
class RecordTest {
    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static List<String> names(JsonNode descriptors) {
        List<String> names = new ArrayList<>();
        for (JsonNode each : descriptors) {
            if (each.has("name")) {
                names.add(each.get("name").asString());
            }
        }
        return names;
    }

    @Everyone
    void saysWhatWasReadAndWrittenWithItsDigest(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            site.file("in.txt", "input\n");
            site.file("untouched.txt", "nobody reads me\n");
            site.file("old.txt", "to be deleted\n");
            site.git();
            site.record(
                            "sh",
                            "-c",
                            "cat in.txt > out.txt; rm old.txt; echo hello; echo oops >&2; mkdir d; echo x > d/deep")
                    .exits(0);

            JsonNode statement = site.statement();
            assertThat(statement.get("_type").asString()).isEqualTo("https://in-toto.io/Statement/v1");
            assertThat(statement.get("predicateType").asString()).isEqualTo("https://slsa.dev/provenance/v1");
            assertThat(names(statement.get("subject"))).containsExactly("d/deep", "out.txt");
            assertThat(statement.at("/subject/1/digest/sha256").asString())
                    .isEqualTo(sha256("input\n".getBytes(StandardCharsets.UTF_8)));

            JsonNode dependencies = statement.at("/predicate/buildDefinition/resolvedDependencies");
            String commit = site.git("rev-parse", "HEAD").out().strip();
            assertThat(dependencies.get(0).at("/digest/gitCommit").asString()).isEqualTo(commit);
            assertThat(names(dependencies)).contains("in.txt").doesNotContain("untouched.txt", "out.txt");

            JsonNode session = statement.at("/predicate/runDetails/gleisner_session");
            assertThat(session.get("outcome").asString()).isEqualTo("completed");
            assertThat(session.get("exitCode").asInt()).isZero();
            assertThat(session.get("deletedFiles").get(0).asString()).isEqualTo("old.txt");
            assertThat(session.get("completeness")).isNotEmpty();
            JsonNode byproducts = statement.at("/predicate/runDetails/byproducts");
            assertThat(names(byproducts)).contains("stdout", "stderr");
            for (JsonNode each : byproducts) {
                if (each.path("name").asString().equals("stdout")) {
                    assertThat(each.at("/digest/sha256").asString())
                            .isEqualTo(sha256("hello\n".getBytes(StandardCharsets.UTF_8)));
                }
            }
            Path log = Site.log(site.bundle());
            assertThat(byproducts.get(0).at("/digest/sha256").asString()).isEqualTo(sha256(Files.readAllBytes(log)));
            long sequence = 0;
            for (String line : Files.readAllLines(log)) {
                assertThat(Site.json(line).get("sequence").asLong()).isEqualTo(sequence++);
            }
        }
    }

    @Everyone
    void saysWhichLayersHeld(Who who) {
        try (Site site = Site.of(who)) {
            site.record("true").exits(0);
            JsonNode enforcement = site.statement().at("/predicate/buildDefinition/internalParameters/enforcement");
            assertThat(enforcement.get("backend").asString()).isEqualTo("native");
            assertThat(enforcement.get("layers")).hasSize(13);
            for (JsonNode layer : enforcement.get("layers")) {
                if (layer.get("requirement").asString().equals("required")) {
                    assertThat(layer.get("state").asString()).as("%s", layer).isEqualTo("enforced");
                }
            }
            assertThat(enforcement.get("probes").size()).isGreaterThanOrEqualTo(4);
            for (JsonNode probe : enforcement.get("probes")) {
                assertThat(probe.get("held").asBoolean()).as("%s", probe).isTrue();
            }
        }
    }

    @Everyone
    void evidenceIsPrivateAndOutOfTheProject(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("true").exits(0);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(site.state())))
                    .isEqualTo("rwx------");
            try (var files = Files.walk(site.home().resolve(".config/gleisner"))) {
                List<Path> keys = files.filter(file -> file.toString().endsWith(".key")
                                || Host.read(file.toFile().isFile() ? file : site.bundle())
                                        .contains("PRIVATE KEY"))
                        .toList();
                assertThat(keys).isNotEmpty();
                for (Path key : keys) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                            .isEqualTo("rw-------");
                }
            }
        }
    }

    @Everyone
    void twoSessionsMakeAChain(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo 1 > a").exits(0);
            site.record("sh", "-c", "echo 2 > b").exits(0);
            site.gleisner("record", "--quiet", "--no-chain", "--", "true").run().exits(0);
            List<Path> bundles = site.bundles();
            assertThat(bundles).hasSize(3);
            String parent = "/predicate/runDetails/gleisner_session/parent/sha256";
            assertThat(Site.statement(bundles.get(0)).at(parent).isMissingNode())
                    .isTrue();
            assertThat(Site.statement(bundles.get(1)).at(parent).asString())
                    .isEqualTo(sha256(Site.payload(bundles.get(0))));
            assertThat(Site.statement(bundles.get(2)).at(parent).isMissingNode())
                    .isTrue();
        }
    }

    @Everyone
    void optionsOfRecordDoWhatTheySay(Who who) {
        try (Site site = Site.of(who)) {
            Result json = site.gleisner("record", "--json", "--no-copy", "--", "true")
                    .run()
                    .exits(0);
            JsonNode where =
                    Site.json(json.err().lines().reduce((_, last) -> last).orElseThrow());
            assertThat(Path.of(where.get("bundle").asString())).isRegularFile().startsWith(site.state());
            assertThat(Path.of(where.get("log").asString())).isRegularFile();
            assertThat(site.project().resolve(".gleisner")).doesNotExist();

            Result said = site.gleisner("record", "--no-fs-monitor", "--", "sh", "-c", "echo x > y")
                    .run()
                    .exits(0);
            assertThat(said.err()).contains("sandbox:", "layers enforced", "gleisner verify");
            assertThat(names(site.statement().get("subject"))).containsExactly("y");
        }
    }
}
