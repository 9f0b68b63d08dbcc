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

/** Records verify with the key, fail without trust, and each kind of change fails its own check. */
class VerifyTest {
    private static Result verify(Site site, String... more) {
        List<String> words = new ArrayList<>(
                List.of("verify", "--json", "--public-key", site.publicKey().toString()));
        words.addAll(List.of(more));
        return site.gleisner(words.toArray(String[]::new)).run();
    }

    /** A project with two sessions, the second one writing {@code out.txt}. */
    private static Site twoSessions(Who who) {
        Site site = Site.of(who);
        site.file("in.txt", "input\n");
        site.record("sh", "-c", "cat in.txt > first.txt").exits(0);
        site.record("sh", "-c", "cat first.txt > out.txt").exits(0);
        return site;
    }

    @Everyone
    void passesWithTheKeyAndFailsWithoutTrust(Who who) {
        try (Site site = twoSessions(who)) {
            String bundle = site.bundle().toString();
            Result with = verify(site, "--chain", "--check-files", bundle).exits(0);
            assertThat(Site.json(with.out()).get("passed").asBoolean()).isTrue();

            Result without = site.gleisner("verify", "--json", bundle).run().exits(1);
            assertThat(Site.failedChecks(without)).containsExactly("signature.trusted");

            site.gleisner("key", "generate", "stranger").run().exits(0);
            Path stranger = site.base().resolve("stranger.pub");
            Host.write(
                    stranger,
                    site.gleisner("key", "export", "stranger").run().exits(0).out());
            Result wrong = site.gleisner("verify", "--json", "--public-key", stranger.toString(), bundle)
                    .run()
                    .exits(1);
            assertThat(Site.failedChecks(wrong)).isNotEmpty().allMatch(id -> id.startsWith("signature."));

            site.gleisner("key", "trust", "local").run().exits(0);
            site.gleisner("verify", bundle).run().exits(0);
            Result newest = site.gleisner("verify").run().exits(0);
            assertThat(newest.out()).contains("2 records", "verified");
        }
    }

    @Everyone
    void aFlippedByteFailsItsOwnCheck(Who who) throws IOException {
        try (Site site = twoSessions(who)) {
            List<Path> bundles = site.bundles();
            Path bundle = bundles.getLast();
            Path parent = bundles.getFirst();

            flip(site.project().resolve("out.txt"), 0);
            assertThat(failed(site, "--check-files", bundle.toString())).containsExactly("subject.digest");
            flip(site.project().resolve("out.txt"), 0);

            Path log = Site.log(bundle);
            flip(log, Files.size(log) / 2);
            assertThat(failed(site, bundle.toString())).containsExactly("log.digest", "log.root");
            flip(log, Files.size(log) / 2);

            // One base64 digit in the middle of the payload.
            long inPayload = Host.read(bundle).indexOf("\"payload\"") + 200L;
            replaceDigit(bundle, inPayload);
            assertThat(failed(site, bundle.toString())).containsExactly("signature.valid", "signature.trusted");
            replaceDigit(bundle, inPayload);

            long inParent = Host.read(parent).indexOf("\"payload\"") + 200L;
            replaceDigit(parent, inParent);
            assertThat(failed(site, "--chain", bundle.toString())).containsExactly("chain.link");
            replaceDigit(parent, inParent);

            Path parentLog = Site.log(parent);
            flip(parentLog, Files.size(parentLog) / 2);
            assertThat(failed(site, "--chain", bundle.toString()))
                    .containsExactly("chain.log.digest", "chain.log.root");
            flip(parentLog, Files.size(parentLog) / 2);

            long inSignature = Host.read(parent).indexOf("\"sig\"") + 20L;
            replaceDigit(parent, inSignature);
            assertThat(failed(site, "--chain", bundle.toString())).contains("chain.signature.valid");
            replaceDigit(parent, inSignature);

            verify(site, "--chain", "--check-files", bundle.toString()).exits(0);
        }
    }

    @Everyone
    void policyIsAskedToo(Who who) {
        try (Site site = twoSessions(who)) {
            Path strict = site.homeFile("strict.json", "{\"require_sandbox\": true}");
            Path unknown = site.homeFile("unknown.json", "{\"require_sandbx\": true}");
            verify(site, "--policy", strict.toString(), site.bundle().toString())
                    .exits(0);
            assertThat(verify(
                                    site,
                                    "--policy",
                                    unknown.toString(),
                                    site.bundle().toString())
                            .exits(2)
                            .err())
                    .contains("require_sandbx");
            site.gleisner("record", "--quiet", "--backend", "none", "--", "true")
                    .run()
                    .exits(0);
            assertThat(failed(site, "--policy", strict.toString(), site.bundle().toString()))
                    .isNotEmpty()
                    .allMatch(id -> id.startsWith("policy."));
        }
    }

    private static List<String> failed(Site site, String... more) {
        return Site.failedChecks(verify(site, more).exits(1));
    }

    private static void flip(Path file, long position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) position] ^= 1;
        boolean writable = Files.isWritable(file);
        if (!writable) {
            file.toFile().setWritable(true);
        }
        Files.write(file, bytes);
    }

    /** Swaps a base64 digit for another one, and back at the second call. */
    private static void replaceDigit(Path file, long position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte digit = bytes[(int) position];
        assertThat((char) digit).matches(each -> Character.isLetterOrDigit(each) || each == '+' || each == '/');
        // Letters differ from their other case by one bit; figures from their neighbour by the lowest.
        bytes[(int) position] ^= (byte) (Character.isLetter(digit) ? 0x20 : 1);
        Files.write(file, bytes);
    }
}
