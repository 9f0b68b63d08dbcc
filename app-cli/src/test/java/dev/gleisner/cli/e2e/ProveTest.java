package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One line can be shown to somebody who has not got the log. */
class ProveTest {
    private static Site session(Who who) {
        Site site = Site.of(who);
        site.file("in.txt", "input\n");
        site.record("sh", "-c", "cat in.txt > out.txt").exits(0);
        return site;
    }

    private static Result verify(Site site, String... more) {
        List<String> words = new ArrayList<>(
                List.of("verify", "--json", "--public-key", site.publicKey().toString()));
        words.addAll(List.of(more));
        return site.gleisner(words.toArray(String[]::new)).run();
    }

    /** The bundle alone, where no log is. */
    private static Path bundleElsewhere(Site site) throws IOException {
        Path elsewhere = Files.createDirectories(site.base().resolve("elsewhere"));
        Path copy = Files.copy(site.bundle(), elsewhere.resolve("r.sigstore.json"));
        site.own();
        return copy;
    }

    @Everyone
    void everyLineIsProvenWithTheBundleAlone(Who who) throws IOException {
        try (Site site = session(who)) {
            String bundle = bundleElsewhere(site).toString();
            List<String> lines = Files.readAllLines(Site.log(site.bundle()));
            for (int i : List.of(0, lines.size() / 2, lines.size() - 1)) {
                Result proof = site.gleisner("prove", "--event", String.valueOf(i))
                        .run()
                        .exits(0);
                assertThat(Site.json(proof.out()).get("line").asString()).isEqualTo(lines.get(i));
                Path file = site.homeFile("proof.json", proof.out());
                Result verified =
                        verify(site, "--proof", file.toString(), bundle).exits(0);
                assertThat(verified.out()).contains("proof.inclusion");
                Path changed = site.homeFile(
                        "changed.json", proof.out().replace("\\\"sequence\\\":" + i, "\\\"Sequence\\\":" + i));
                assertThat(failed(site, "--proof", changed.toString(), bundle)).containsExactly("proof.format");
                Path other =
                        site.homeFile("other.json", proof.out().replace("\\\"time\\\":\\\"2", "\\\"time\\\":\\\"3"));
                assertThat(failed(site, "--proof", other.toString(), bundle)).containsExactly("proof.inclusion");
            }
            assertThat(failed(site, bundle)).containsExactly("log.digest", "trace.digest");
        }
    }

    @Everyone
    void aProofFromAnotherSessionProvesNothing(Who who) throws IOException {
        try (Site site = session(who)) {
            String first = bundleElsewhere(site).toString();
            site.record("true").exits(0);
            Path file = site.home().resolve("proof.json");
            site.gleisner("prove", "--event", "0", "-o", file.toString()).run().exits(0);
            assertThat(Site.json(Host.read(file)).get("sequence").asInt()).isZero();
            verify(site, "--proof", file.toString(), site.bundle().toString()).exits(0);
            assertThat(failed(site, "--proof", file.toString(), first)).containsExactly("proof.log");
            Path stranger = site.homeFile("no-proof.json", "{\"mediaType\":\"text/plain\"}");
            assertThat(failed(site, "--proof", stranger.toString(), first)).containsExactly("proof.format");
        }
    }

    @Everyone
    void saysWhatCannotBeProven(Who who) throws IOException {
        try (Site site = session(who)) {
            assertThat(site.gleisner("prove").run().exits(2).err()).contains("--event N");
            assertThat(site.gleisner("prove", "--event", "x").run().exits(2).err())
                    .contains("whole number");
            assertThat(site.gleisner("prove", "--event", "99999").run().exits(2).err())
                    .contains("the first one is 0");
            Path bundle = site.bundle();
            Path log = Site.log(bundle);
            Path copy = site.homeFile("copy.jsonl", Host.read(log).replace("\"time\":\"2", "\"time\":\"3"));
            assertThat(site.gleisner("prove", "--event", "0", "--log", copy.toString(), bundle.toString())
                            .run()
                            .fails()
                            .err())
                    .contains("the root over its", "gleisner verify");
        }
    }

    @Everyone
    void aRedactedCopyStillHasTheSignedRoot(Who who) throws IOException {
        try (Site site = session(who)) {
            String bundle = bundleElsewhere(site).toString();
            List<String> lines = Files.readAllLines(Site.log(site.bundle()));
            Path copy = site.home().resolve("redacted.jsonl");
            Result told = site.gleisner("redact", "--event", "0,2", "--type", "session.finish", "-o", copy.toString())
                    .run()
                    .exits(0);
            assertThat(told.err()).contains("3 of " + lines.size() + " lines are redacted");
            List<String> redacted = Files.readAllLines(copy);
            for (int i = 0; i < lines.size(); i++) {
                if (i == 0 || i == 2 || i == lines.size() - 1) {
                    assertThat(redacted.get(i))
                            .matches("\\{\"leaf\":\"[0-9a-f]{64}\",\"sequence\":" + i + ",\"type\":\"redacted\"}");
                } else {
                    assertThat(redacted.get(i)).isEqualTo(lines.get(i));
                }
            }
            Result verified =
                    verify(site, "--no-trace", "--log", copy.toString(), bundle).exits(0);
            assertThat(verified.out()).contains("3 of " + lines.size() + " lines are redacted");
            assertThat(Site.json(verified.out()).at("/checks").toString())
                    .contains("{\"id\":\"log.digest\",\"outcome\":\"skipped\"");

            // What is left can be proven, and redacted further; what is gone cannot.
            site.gleisner("prove", "--event", "1", "--log", copy.toString())
                    .run()
                    .exits(0);
            assertThat(site.gleisner("prove", "--event", "2", "--log", copy.toString())
                            .run()
                            .exits(2)
                            .err())
                    .contains("redacted");
            Path more = site.home().resolve("more.jsonl");
            site.gleisner("redact", "--path", site.project() + "/in", "--log", copy.toString(), "-o", more.toString())
                    .run()
                    .exits(0);
            assertThat(Host.read(more)).doesNotContain("/in.txt");
            verify(site, "--no-trace", "--log", more.toString(), bundle).exits(0);
            assertThat(site.gleisner("redact", "--event", "1", "-o", more.toString())
                            .run()
                            .exits(2)
                            .err())
                    .contains("already");

            // Neither a plain line nor a hash can be changed, none can be left out or put elsewhere.
            String text = Host.read(copy);
            char digit = text.charAt(text.indexOf("leaf") + 7);
            for (String changed : List.of(
                    text.replaceFirst("leaf\":\"" + digit, "leaf\":\"" + (digit == '0' ? '1' : '0')),
                    text.replaceFirst("\"time\":\"2", "\"time\":\"3"),
                    text.substring(text.indexOf('\n') + 1),
                    text + redacted.getFirst() + "\n")) {
                Path other = site.homeFile("changed.jsonl", changed);
                assertThat(failed(site, "--no-trace", "--log", other.toString(), bundle))
                        .containsExactly("log.root");
            }
            Path torn = site.homeFile("torn.jsonl", text + "{");
            assertThat(failed(site, "--no-trace", "--log", torn.toString(), bundle))
                    .containsExactly("log.sequence");
        }
    }

    @Everyone
    void aFileWithTheNameOfARedactedLineForgesNone(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            String name = "{\"leaf\":\"" + "0".repeat(64) + "\",\"sequence\":1,\"type\":\"redacted\"}";
            site.record(
                            "sh",
                            "-c",
                            "echo > '" + name + "'; echo > \"$(printf 'a\\n" + name.replace("\"", "\\\"") + "\\nb')\"")
                    .exits(0);
            Result verified = verify(site, site.bundle().toString()).exits(0);
            assertThat(verified.out()).doesNotContain("redacted");
            assertThat(Site.json(verified.out()).at("/checks").toString())
                    .contains("{\"id\":\"log.root\",\"outcome\":\"pass\"");
        }
    }

    private static List<String> failed(Site site, String... more) {
        return Site.failedChecks(verify(site, more).exits(1));
    }
}
