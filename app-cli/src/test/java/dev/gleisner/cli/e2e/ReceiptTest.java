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
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What a receipt and the views of a record say of a session that really ran. */
class ReceiptTest {
    private static final String[] WORK = {
        "sh", "-c", "cat in.txt > out.txt; rm old.txt; mv out.txt new.txt; echo hello; exit 3"
    };

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asString()));
        return texts;
    }

    private static Site site(Who who) {
        Site site = Site.of(who);
        site.file("in.txt", "input\n");
        site.file("old.txt", "to be deleted\n");
        return site;
    }

    @Everyone
    void saysWhatHappened(Who who) {
        try (Site site = site(who)) {
            site.record(WORK).exits(3);
            String text = site.gleisner("receipt").run().exits(0).out();
            JsonNode receipt = Site.json(text);
            String project = site.project() + "/";
            assertThat(texts(receipt.at("/filesystem/reads"))).contains(project + "in.txt");
            assertThat(texts(receipt.at("/filesystem/writes"))).contains(project + "out.txt", project + "new.txt");
            assertThat(texts(receipt.at("/filesystem/deletes"))).contains(project + "old.txt", project + "out.txt");
            assertThat(receipt.get("version").asString()).isEqualTo("v0.3.0");
            assertThat(receipt.get("exit_code").asInt()).isEqualTo(3);
            assertThat(receipt.at("/outcome/exit_code").asInt()).isEqualTo(3);
            assertThat(receipt.get("provenance").asString()).isEqualTo("host");
            assertThat(receipt.at("/process_tree/0/argv/1").asString()).isEqualTo("-c");
            assertThat(receipt.at("/execution/backend").asString()).isEqualTo("native");
            assertThat(receipt.at("/resources/max_rss_kb").asLong()).isPositive();
            assertThat(receipt.at("/artifacts/stdout_hash").asString()).hasSize(64);
            assertThat(receipt.get("completeness").asString()).isIn("closed", "partial");

            Path file = site.base().resolve("receipt.json");
            site.gleisner("receipt", "-o", file.toString()).run().exits(0);
            assertThat(Host.read(file)).as("the same record, the same bytes").isEqualTo(text);
        }
    }

    @Everyone
    void comesOfARecordThatHoldsAndOfNoOther(Who who) throws IOException {
        try (Site site = site(who)) {
            site.record(WORK).exits(3);
            String copy = site.bundle().toString();
            assertThat(site.gleisner("receipt", copy).run().exits(1).err()).contains("untrusted");
            String key = site.publicKey().toString();
            site.gleisner("receipt", "--public-key", key, copy).run().exits(0);

            Path log = Site.log(site.bundle());
            Path changed = site.base().resolve("changed.jsonl");
            Host.write(changed, Host.read(log).replace("/in.txt\"", "/no.txt\""));
            Result refused = site.gleisner("receipt", "--public-key", key, "--log", changed.toString(), copy)
                    .run()
                    .exits(1);
            assertThat(refused.err()).contains("expected").doesNotContain("mistake in Gleisner");
            assertThat(refused.out()).isEmpty();

            Files.write(log, "{}\n".getBytes(StandardCharsets.UTF_8));
            assertThat(site.gleisner("inspect", "--activity", copy)
                            .run()
                            .exits(1)
                            .out())
                    .isEmpty();
        }
    }

    @Everyone
    void isWrittenByRecordWhereNoLinkLeads(Who who) throws IOException {
        try (Site site = site(who)) {
            site.gleisner("record", "--quiet", "--receipt", "receipt.json", "--", "sh", "-c", "echo x > y")
                    .run()
                    .exits(0);
            String text = Host.read(site.project().resolve("receipt.json"));
            assertThat(text).isEqualTo(site.gleisner("receipt").run().exits(0).out());

            // What a command leaves behind must not lead the next receipt anywhere.
            Path precious = site.base().resolve("precious");
            Host.write(precious, "precious");
            site.record("sh", "-c", "ln -sf " + precious + " planted.json; ln -s " + site.base() + " planted")
                    .exits(0);
            for (String planted : List.of("planted.json", "planted/precious", "missing/receipt.json", "/")) {
                Result refused = site.gleisner("record", "--receipt", planted, "--", "touch", "ran")
                        .run()
                        .exits(2);
                assertThat(refused.err()).contains("--receipt " + planted);
            }
            assertThat(site.project().resolve("ran")).doesNotExist();
            assertThat(Host.read(precious)).isEqualTo("precious");

            // Nor one that the very command puts there.
            site.gleisner("record", "--quiet", "--receipt", "r.json", "--", "ln", "-s", precious.toString(), "r.json")
                    .run()
                    .exits(0);
            assertThat(site.project().resolve("r.json")).isRegularFile();
            assertThat(Files.isSymbolicLink(site.project().resolve("r.json"))).isFalse();
            assertThat(Host.read(precious)).isEqualTo("precious");
        }
    }

    @Everyone
    void theActivitySaysWhoDidWhat(Who who) {
        try (Site site = site(who)) {
            site.record("sh", "-c", "cat in.txt > \"$(printf 'a\\033[31mb')\"; rm old.txt; exit 3")
                    .exits(3);
            String text = site.gleisner("inspect", "--activity").run().exits(0).out();
            assertThat(text)
                    .contains("programs", "exit 3", "/a\\x1b[31mb", "delete", "/old.txt", "/in.txt")
                    .doesNotContain("\033");
            assertThat(site.gleisner("inspect", "--activity", "--show", "deletes")
                            .run()
                            .exits(0)
                            .out())
                    .contains("/old.txt")
                    .doesNotContain("/in.txt", "programs");
            JsonNode json = Site.json(site.gleisner("inspect", "--activity", "--json")
                    .run()
                    .exits(0)
                    .out());
            assertThat(json.at("/processes/0/programs/0/argv/1").asString()).isEqualTo("-c");
            site.gleisner("inspect", "--activity", "--show", "nothing").run().exits(2);
            site.gleisner("inspect", "--show", "writes").run().exits(2);
        }
    }

    @Everyone
    void theLiveViewTellsWhatHappensAndHoldsNobodyUp(Who who) {
        try (Site site = site(who)) {
            Result told = site.gleisner(
                            "record", "--live", "--", "sh", "-c", "echo x > \"$(printf 'a\\033b')\"; rm old.txt")
                    .run()
                    .exits(0);
            assertThat(told.err())
                    .contains("live: start", "live: write   " + site.project() + "/a\\x1bb", "live: delete")
                    .contains("programs run")
                    .doesNotContain("\033");
            assertThat(told.out()).isEmpty();
        }
    }
}
