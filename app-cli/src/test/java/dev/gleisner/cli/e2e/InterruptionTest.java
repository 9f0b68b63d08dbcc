package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import dev.gleisner.ports.contract.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Sessions that do not end by themselves: no process is left, and a record that says what happened. */
class InterruptionTest {
    /** A command that ignores what it can, with children that do too; the mark is in all their command lines. */
    private static String[] stubborn(String mark) {
        return new String[] {
            "sh",
            "-c",
            "trap '' HUP INT TERM; echo before > before.txt; (sleep 987." + mark + " & sleep 987." + mark
                    + ") & echo started; while :; do sleep 987." + mark + "; done"
        };
    }

    /** Digits that are in no other command line of this machine. */
    private static String mark() {
        return Long.toString(UUID.randomUUID().getMostSignificantBits() >>> 1);
    }

    private static Running start(Site site, String mark, String... options) {
        String[] command = stubborn(mark);
        String[] words = new String[2 + options.length + 1 + command.length];
        words[0] = "record";
        words[1] = "--quiet";
        System.arraycopy(options, 0, words, 2, options.length);
        words[2 + options.length] = "--";
        System.arraycopy(command, 0, words, 3 + options.length, command.length);
        return site.gleisner(words).start().awaitOut("started");
    }

    private static void signedRecordSays(Site site, String outcome) {
        assertThat(site.statement()
                        .at("/predicate/runDetails/gleisner_session/outcome")
                        .asString())
                .isEqualTo(outcome);
        assertThat(Host.read(Site.log(site.bundle()))).contains("\"session.interrupt\"", "before.txt");
        site.gleisner(
                        "verify",
                        "--public-key",
                        site.publicKey().toString(),
                        site.bundle().toString())
                .run()
                .exits(0);
    }

    @Everyone
    void timeoutIs124(Who who) {
        try (Site site = Site.of(who)) {
            String mark = mark();
            try (Running running = start(site, mark, "--timeout", "2s")) {
                running.await().exits(124);
            }
            Host.noneLeft(mark);
            signedRecordSays(site, "timed-out");
        }
    }

    @Everyone
    void sigtermEndsAllAndSigns(Who who) {
        endsBy(who, "TERM", 15);
    }

    @Everyone
    void sigintEndsAllAndSigns(Who who) {
        endsBy(who, "INT", 2);
    }

    @Everyone
    void sighupEndsAllAndSigns(Who who) throws IOException {
        Needs.that("sighup", !ignored(1), "these tests were started with nohup(1)");
        endsBy(who, "HUP", 1);
    }

    /** Whether we ignore that signal, and with us all that we start. */
    private static boolean ignored(int signal) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> signal - 1 & 1) == 1;
            }
        }
        throw new AssertionError("no SigIgn in /proc/self/status");
    }

    private static void endsBy(Who who, String signal, int number) {
        try (Site site = Site.of(who)) {
            String mark = mark();
            try (Running running = start(site, mark)) {
                running.signal(signal);
                Result result = running.await();
                assertThat(result.status()).as("%s", result).isIn(128 + number, 128 + 9);
            }
            Host.noneLeft(mark);
            signedRecordSays(site, "interrupted");
        }
    }

    @Everyone
    void killedSupervisorLeavesNoProcessAndARecordToRecover(Who who) {
        try (Site site = Site.of(who)) {
            String mark = mark();
            try (Running running = start(site, mark)) {
                running.signal("KILL").await().exits(128 + 9);
            }
            Host.noneLeft(mark);
            assertThat(site.bundles()).isEmpty();
            Result recovered = site.gleisner("recover").run().exits(0);
            assertThat(recovered.out()).contains(".sigstore.json");
            java.nio.file.Path bundle = java.nio.file.Path.of(recovered.out().strip());
            assertThat(Site.statement(bundle)
                            .at("/predicate/runDetails/gleisner_session/outcome")
                            .asString())
                    .isEqualTo("recovered");
            site.gleisner("verify", "--public-key", site.publicKey().toString(), bundle.toString())
                    .run()
                    .exits(0);
            assertThat(site.gleisner("recover").run().exits(0).out()).isEmpty();
        }
    }

    @Everyone
    void nextRecordCompletesTheOneThatWasCutOff(Who who) {
        try (Site site = Site.of(who)) {
            String mark = mark();
            try (Running running = start(site, mark)) {
                running.signal("KILL").await();
            }
            Host.noneLeft(mark);
            Result next = site.gleisner("record", "--", "true").run().exits(0);
            assertThat(next.err()).contains("cut off");
            site.gleisner("key", "trust", "local").run().exits(0);
            Result verified = site.gleisner("verify", "--verbose").run().exits(0);
            assertThat(verified.out()).contains("2 records");
        }
    }

    @Everyone
    void wrapDiesWithItsSupervisorToo(Who who) {
        try (Site site = Site.of(who)) {
            String mark = mark();
            String[] command = stubborn(mark);
            try (Running running = site.gleisner("wrap", "--", command[0], command[1], command[2])
                    .start()
                    .awaitOut("started")) {
                running.signal("KILL").await();
            }
            Host.noneLeft(mark);
        }
    }
}
