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
            assertThat(failed(site, bundle)).containsExactly("log.digest");
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

    private static List<String> failed(Site site, String... more) {
        return Site.failedChecks(verify(site, more).exits(1));
    }
}
