package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The recorder: it can neither be used, nor stopped, nor fooled by what it records. */
class RecorderTest {
    private static List<String> subjects(Site site) {
        List<String> names = new ArrayList<>();
        for (JsonNode subject : site.statement().get("subject")) {
            names.add(subject.get("name").asString());
        }
        return names;
    }

    private static void verifies(Site site) {
        site.gleisner(
                        "verify",
                        "--public-key",
                        site.publicKey().toString(),
                        site.bundle().toString())
                .run()
                .exits(0);
    }

    @Attack("E22")
    void e22KillingEverythingInsideKillsOnlyTheInside(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            Result result = Site.hostAware(site.gleisner(
                            "record",
                            "--quiet",
                            "--env",
                            "GLEISNER_HOST_NAMESPACES",
                            "--",
                            "sh",
                            "-c",
                            "echo x > before; ./attack kill-all; echo y > after; kill -KILL 1; kill -STOP 1; exit 5"))
                    .run();
            assertThat(result.out()).contains("killing");
            assertThat(result.status()).as("%s", result).isIn(5, 137);
            assertThat(subjects(site)).contains("before");
            verifies(site);
        }
    }

    @Attack("E22")
    void e22TheSupervisorCannotBeStopped(Who who) {
        try (Site site = Site.of(who)) {
            // Inside there is no number that means the supervisor; every one is tried.
            Result result = site.gleisner(
                            "record",
                            "--quiet",
                            "--",
                            "sh",
                            "-c",
                            "i=2; while [ $i -lt 40000 ]; do [ $i = $$ ] || kill -STOP $i 2>/dev/null; i=$((i+1)); done; echo done > done")
                    .run()
                    .exits(0);
            assertThat(result.err()).doesNotContain("error:");
            assertThat(subjects(site)).containsExactly("done");
        }
    }

    @Attack("E22")
    void e22AStormOfEventsIsCountedOrRecorded(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            site.gleisner("record", "--quiet", "--", "sh", "-c", "./attack file-storm 20000; echo last > last.txt")
                    .timeout(Duration.ofMinutes(3))
                    .run()
                    .exits(0);
            long events = 0;
            long lost = 0;
            boolean unknown = false;
            for (JsonNode sensor : site.statement().at("/predicate/runDetails/gleisner_session/completeness")) {
                if (!sensor.get("sensor").asString().equals("snapshot")) {
                    boolean silent = !sensor.has("lost") || sensor.get("lost").isNull();
                    unknown |= silent;
                    events = Math.max(events, sensor.get("events").asLong());
                    lost += silent ? 0 : sensor.get("lost").asLong();
                }
            }
            assertThat(events).isPositive();
            assertThat(unknown || lost > 0 || events >= 20_000)
                    .as("%d events, %d lost", events, lost)
                    .isTrue();
            assertThat(subjects(site)).contains("last.txt");
            verifies(site);
        }
    }

    @Attack("E22")
    void e22ADaemonDoesNotOutliveTheSession(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            String mark = "daemon-" + UUID.randomUUID();
            site.program("attack");
            site.record("sh", "-c", "./attack daemon " + mark + " alive.txt; sleep 0.3; echo end")
                    .exits(0);
            Host.noneLeft(mark);
            long size = Files.size(site.project().resolve("alive.txt"));
            Thread.sleep(400);
            assertThat(Files.size(site.project().resolve("alive.txt"))).isEqualTo(size);
            assertThat(subjects(site)).containsExactly("alive.txt");
            site.gleisner(
                            "verify",
                            "--check-files",
                            "--public-key",
                            site.publicKey().toString(),
                            site.bundle().toString())
                    .run()
                    .exits(0);
            // The twin lives on.
            site.plain("sh", "-c", "./attack daemon " + mark + " twin.txt").exits(0);
            assertThat(Host.processes(mark)).isNotEmpty();
            Host.processes(mark).forEach(pid -> Host.signal(pid, "KILL"));
        }
    }

    @Attack("E22")
    void e22EvidenceInTheProjectIsACopyThatCanBeLost(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo x > one").exits(0);
            Path copy = site.bundle();
            byte[] before = Files.readAllBytes(copy);
            site.record(
                            "sh",
                            "-c",
                            "rm -rf .gleisner; mv .gleisner old; echo forged > .gleisner/" + copy.getFileName()
                                    + "; true")
                    .exits(0);
            site.gleisner("key", "trust", "local").run().exits(0);
            Result verified = site.gleisner("verify").run().exits(0);
            assertThat(verified.out()).contains("2 records");
            if (Files.exists(copy)) {
                assertThat(Files.readAllBytes(copy)).isEqualTo(before);
            }
        }
    }

    @Attack("W1")
    void w1GitConfigurationIsNotExecuted(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            Path marker = site.base().resolve("pwned");
            site.file("a.txt", "a");
            site.git();
            Path hook = site.file("hook.sh", "#!/bin/sh\ntouch " + marker + "\n");
            Files.setPosixFilePermissions(hook, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
            site.git("config", "core.fsmonitor", hook.toString());
            site.git("config", "core.hooksPath", site.project().toString());
            site.git("config", "diff.external", hook.toString());
            site.git("config", "filter.x.clean", hook.toString());
            site.git("config", "core.sshCommand", hook.toString());
            site.file(".gitattributes", "* filter=x\n");
            site.record("sh", "-c", "echo b > b.txt").exits(0);
            site.record("sh", "-c", "echo c > c.txt").exits(0);
            site.gleisner(
                            "verify",
                            "--check-files",
                            "--public-key",
                            site.publicKey().toString(),
                            site.bundle().toString())
                    .run()
                    .exits(0);
            assertThat(marker).doesNotExist();
            assertThat(site.statement()
                            .at("/predicate/buildDefinition/resolvedDependencies/0/digest/gitCommit")
                            .asString())
                    .hasSize(40);
            site.plain("git", "status");
            assertThat(marker).exists();
        }
    }

    @Attack("W11")
    void w11OutcomesDigestsAndStatusesAreTrue(Who who) {
        try (Site site = Site.of(who)) {
            site.file("in.txt", "input");
            site.git();
            site.record(
                            "sh",
                            "-c",
                            "cat in.txt; echo x > /usr/denied; echo x > ../denied; ln -s /usr/denied d; echo x > d; echo y > ok; exit 9")
                    .exits(9);
            JsonNode statement = site.statement();
            assertThat(subjects(site)).containsExactly("ok");
            assertThat(statement
                            .at("/predicate/runDetails/gleisner_session/exitCode")
                            .asInt())
                    .isEqualTo(9);
            JsonNode dependencies = statement.at("/predicate/buildDefinition/resolvedDependencies");
            List<String> read = new ArrayList<>();
            for (JsonNode each : dependencies) {
                if (each.has("name")) {
                    read.add(each.get("name").asString());
                    assertThat(each.at("/digest/sha256").asString()).hasSize(64);
                } else if (!each.at("/uri").asString("").startsWith("file://")) {
                    assertThat(each.at("/digest/gitCommit").asString()).hasSize(40);
                    assertThat(each.at("/digest/sha256").isMissingNode()).isTrue();
                }
            }
            assertThat(read).contains("in.txt");
        }
    }

    @Attack("W12")
    void w12AFifoAndOtherOddFilesDoNoHarm(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.plain(
                            "sh",
                            "-c",
                            "mkfifo before.fifo && ln -s before.fifo link && ln -s loop loop && mkdir locked && chmod 0 locked")
                    .exits(0);
            site.gleisner(
                            "record",
                            "--quiet",
                            "--",
                            "sh",
                            "-c",
                            "mkfifo inside.fifo; mkdir -p a/b/c; echo x > a/b/c/d; truncate -s 10G sparse; rm sparse; echo x > 'new\nline'; echo y > \"$(printf 'bad\\377name')\"")
                    .timeout(Duration.ofMinutes(2))
                    .run()
                    .exits(0);
            site.plain("chmod", "700", "locked").exits(0);
            assertThat(subjects(site)).contains("a/b/c/d").noneMatch(name -> name.contains("fifo"));
            verifies(site);
        }
    }

    @Attack("W12")
    void w12TheAgentDiesWithItsSupervisorAndTheRecordCanBeRecovered(Who who) {
        try (Site site = Site.of(who)) {
            String mark = "deaf-" + UUID.randomUUID();
            site.program("attack");
            try (Running running = site.gleisner(
                            "record", "--quiet", "--", "sh", "-c", "echo x > x; exec ./attack ignore-signals " + mark)
                    .start()
                    .awaitOut("ready")) {
                assertThat(Host.processes(mark)).isNotEmpty();
                running.signal("KILL").await();
            }
            Host.noneLeft(mark);
            Result recovered = site.gleisner("recover").run().exits(0);
            site.gleisner(
                            "verify",
                            "--public-key",
                            site.publicKey().toString(),
                            recovered.out().strip())
                    .run()
                    .exits(0);
        }
    }
}
