package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.JsonNode;

/** The runtime trace beside a record, and what verification makes of one that is not the right one. */
class TraceTest {
    private static Path trace(Path bundle) {
        return bundle.resolveSibling(bundle.getFileName().toString().replace(".sigstore.json", ".trace.sigstore.json"));
    }

    private static Result verify(Site site, String... options) {
        String[] words = new String[4 + options.length];
        words[0] = "verify";
        words[1] = "--json";
        words[2] = "--public-key";
        words[3] = site.publicKey().toString();
        System.arraycopy(options, 0, words, 4, options.length);
        site.own(); // what the test wrote too
        return site.gleisner(words).run();
    }

    @Everyone
    void saysWhatRanAndHowDigestsWereBound(Who who) {
        try (Site site = Site.of(who)) {
            site.file("in.txt", "input\n");
            site.record("sh", "-c", "cat in.txt > out.txt").exits(0);
            JsonNode statement = Site.statement(trace(site.bundle()));
            assertThat(statement.get("predicateType").asString())
                    .isEqualTo("https://in-toto.io/attestation/runtime-trace/v0.1");
            assertThat(statement.get("subject")).isEqualTo(site.statement().get("subject"));
            JsonNode predicate = statement.get("predicate");
            assertThat(predicate.at("/monitor/type").asString()).startsWith("https://gleisner.dev/monitor/");
            assertThat(predicate.at("/monitoredProcess/event").asString())
                    .isEqualTo(site.statement()
                            .at("/predicate/runDetails/metadata/invocationId")
                            .asString());
            assertThat(predicate.at("/monitoredProcess/hostID").asString()).startsWith("https://gleisner.dev/host/");
            assertThat(predicate.at("/monitorLog/process/0/arguments/1").asString())
                    .isEqualTo("-c");
            String files = predicate.at("/monitorLog/fileAccess").toString();
            assertThat(files)
                    .contains("\"name\":\"in.txt\"", "\"name\":\"out.txt\"", "\"snapshot\"", "\"at-exit\"", "file:///");
            assertThat(predicate.at("/gleisner_leftOut/fileAccess").asLong()).isZero();
            Result verified = verify(site, site.bundle().toString()).exits(0);
            assertThat(verified.out()).contains("trace.signature", "trace.digest", "trace.statement");
        }
    }

    @Everyone
    void aTraceThatIsNotTheOneThatWasSignedFails(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo 1 > a").exits(0);
            Path first = site.bundle();
            site.record("sh", "-c", "echo 2 > b").exits(0);
            Path second = site.bundle();

            // another session's trace, signed by the same key
            byte[] own = Files.readAllBytes(trace(second));
            Files.copy(trace(first), trace(second), StandardCopyOption.REPLACE_EXISTING);
            Result swapped = verify(site, second.toString()).exits(1);
            assertThat(Site.failedChecks(swapped)).contains("trace.digest", "trace.statement");

            // a changed one
            String text = new String(own, java.nio.charset.StandardCharsets.UTF_8);
            int payload = text.indexOf("\"payload\":\"") + 30;
            char changed = text.charAt(payload) == 'A' ? 'B' : 'A';
            Files.writeString(trace(second), text.substring(0, payload) + changed + text.substring(payload + 1));
            assertThat(Site.failedChecks(verify(site, second.toString()).exits(1)))
                    .contains("trace.signature", "trace.digest");

            // none
            Files.delete(trace(second));
            assertThat(Site.failedChecks(verify(site, second.toString()).exits(1)))
                    .containsExactly("trace.digest");
            verify(site, "--no-trace", second.toString()).exits(0);

            // and of an earlier record in the chain
            Files.write(trace(second), own);
            verify(site, "--chain", second.toString()).exits(0);
            Files.delete(trace(first));
            assertThat(Site.failedChecks(
                            verify(site, "--chain", second.toString()).exits(1)))
                    .containsExactly("chain.trace.digest");

            // a trace is no record
            assertThat(Site.failedChecks(verify(site, trace(second).toString()).exits(1)))
                    .containsExactly("statement.predicate-type");
        }
    }
}
