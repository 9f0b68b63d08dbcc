package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Sensors;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Tampering with each sensor: what was done is in the log, or the signed statement says that something was lost. Every
 * test goes through all sensors that this user can have.
 */
class WatchersTest {
    private static final Duration LONG = Duration.ofMinutes(4);

    /** Runs a shell line with that sensor; the record has to be a good one. */
    private static Result record(Site site, String sensor, String line) {
        Result result = Site.hostAware(site.gleisner(
                                "record",
                                "--quiet",
                                "--sensor",
                                sensor,
                                "--env",
                                "GLEISNER_HOST_NAMESPACES",
                                "--",
                                "sh",
                                "-c",
                                line)
                        .timeout(LONG))
                .run();
        verifies(site, sensor);
        return result;
    }

    /** The record is whole and signed; it passes, unless it says itself that something was lost. */
    private static void verifies(Site site, String sensor) {
        Result verified = site.gleisner(
                        "verify",
                        "--json",
                        "--public-key",
                        site.publicKey().toString(),
                        site.bundle().toString())
                .timeout(LONG)
                .run();
        if (losses(site, sensor)) {
            assertThat(Site.failedChecks(verified.exits(1))).containsExactly("policy.max_lost_events");
        } else {
            assertThat(Site.failedChecks(verified.exits(0))).isEmpty();
        }
    }

    /** Whether the statement admits that something is missing; a source that cannot know how much leaves the number out. */
    private static boolean losses(Site site, String sensor) {
        JsonNode lost = Sensors.report(site, sensor).path("lost");
        return !lost.isNumber() || lost.asLong() > 0;
    }

    /** How often the log tells something whose text contains {@code part}. */
    private static long times(Site site, String sensor, String type, String part) {
        long times = 0;
        for (JsonNode line : Sensors.lines(site, sensor)) {
            boolean repeated = line.get("type").asString().equals("repeated");
            String found = repeated
                    ? line.get("repeated").asString()
                    : line.get("type").asString();
            if (found.equals(type) && line.path("path").asString("").contains(part)) {
                times += repeated ? line.get("count").asLong() : 1;
            }
        }
        return times;
    }

    /** Whether the sensor tells each event; the file systems' own watchers merge what follows quickly. */
    private static boolean exact(String sensor) {
        return !sensor.equals("inotify") && !sensor.equals("fanotify");
    }

    private static void recorded(Site site, String sensor, String file) {
        assertThat(losses(site, sensor)
                        || times(site, sensor, "file.create", file) + times(site, sensor, "file.write", file) > 0)
                .as("%s tells of %s: %s", sensor, file, Sensors.report(site, sensor))
                .isTrue();
    }

    @Attack("E22")
    void e22WhatWasDoneBeforeEverythingWasKilledIsTold(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            for (String sensor : Sensors.ready(site)) {
                String file = "before-" + Sensors.name(sensor);
                Result result = record(site, sensor, "echo x > " + file + "; ./attack kill-all; kill -KILL 1; exit 5");
                assertThat(result.out()).contains("killing");
                recorded(site, sensor, file);
            }
        }
    }

    @Attack("E22")
    void e22TheLastMomentIsTold(Who who) {
        try (Site site = Site.of(who)) {
            for (String sensor : Sensors.ready(site)) {
                String file = "last-" + Sensors.name(sensor);
                assertThat(record(site, sensor, ": > " + file + "; kill -KILL $$")
                                .status())
                        .isEqualTo(137);
                recorded(site, sensor, file);
            }
        }
    }

    @Attack("E22")
    void e22ADaemonIsWatchedWhenNobodyKnowsItAnyMore(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            for (String sensor : Sensors.ready(site)) {
                String mark = "daemon-" + UUID.randomUUID();
                String file = "alive-" + Sensors.name(sensor) + ".txt";
                record(site, sensor, "./attack daemon " + mark + " " + file + "; sleep 0.3")
                        .exits(0);
                Host.noneLeft(mark);
                recorded(site, sensor, file);
            }
        }
    }

    @Attack("E22")
    void e22LimitsOfTheWatchedDoNotBindTheWatcher(Who who) {
        try (Site site = Site.of(who)) {
            for (String sensor : Sensors.ready(site)) {
                String file = "limited-" + Sensors.name(sensor);
                record(site, sensor, "ulimit -f 0; ulimit -n 16; ulimit -s 64; ulimit -c 0; : > " + file)
                        .exits(0);
                recorded(site, sensor, file);
            }
        }
    }

    @Attack("E22")
    void e22TheLogCannotBeMovedAway(Who who) {
        try (Site site = Site.of(who)) {
            for (String sensor : Sensors.ready(site)) {
                String file = "after-" + Sensors.name(sensor);
                record(
                        site,
                        sensor,
                        "mv " + site.state() + " gone; rm -rf " + site.state() + " .gleisner; find / -name '*.jsonl' "
                                + "-exec rm -f {} + 2>/dev/null; : > " + file);
                recorded(site, sensor, file);
            }
        }
    }

    @Attack("E22")
    void e22AStormIsToldOrCountedByEverySensor(Who who) {
        int storm = 5000;
        try (Site site = Site.of(who)) {
            site.program("attack");
            for (String sensor : Sensors.ready(site)) {
                record(site, sensor, "./attack file-storm " + storm).exits(0);
                long told = times(site, sensor, "file.create", "/storm-");
                assertThat(losses(site, sensor) || told >= storm || !exact(sensor) && told > 0)
                        .as("%s: %d of %d, %s", sensor, told, storm, Sensors.report(site, sensor))
                        .isTrue();
                if (!losses(site, sensor) && exact(sensor)) {
                    assertThat(told).as("%s", sensor).isEqualTo(storm);
                }
            }
        }
    }

    /** inotify and the user notification tell of no processes; the tracepoints tell of each. */
    @Attack("E22")
    void e22AStormOfProcessesIsToldOrCounted(Who who) {
        int storm = 2000;
        try (Site site = Site.of(who)) {
            site.program("attack");
            for (String sensor : Sensors.ready(site)) {
                record(site, sensor, "./attack fork-storm " + storm + "; : > last")
                        .exits(0);
                recorded(site, sensor, "last");
                if (sensor.equals("ebpf") && !losses(site, sensor)) {
                    List<String> types = new ArrayList<>();
                    Sensors.lines(site, sensor)
                            .forEach(line -> types.add(line.get("type").asString()));
                    assertThat(types.stream().filter("process.fork"::equals)).hasSizeGreaterThanOrEqualTo(storm);
                    assertThat(types.stream().filter("process.exit"::equals)).hasSizeGreaterThanOrEqualTo(storm);
                }
            }
        }
    }

    /** What falls behind either holds the command back or counts, to the event, what it could not keep. */
    @Attack("E22")
    void e22AStoppedSupervisorLosesNothingInSilence(Who who) throws Exception {
        int storm = 80_000;
        try (Site site = Site.of(who)) {
            site.program("attack");
            for (String sensor : Sensors.ready(site)) {
                Files.deleteIfExists(site.project().resolve("begun"));
                try (Running running = site.gleisner(
                                "record",
                                "--quiet",
                                "--sensor",
                                sensor,
                                "--",
                                "sh",
                                "-c",
                                ": > begun; ./attack file-storm " + storm + "; : > ended")
                        .timeout(LONG)
                        .start()) {
                    Host.eventually(
                            "the storm begins",
                            () -> Files.exists(site.project().resolve("begun")));
                    running.signal("STOP");
                    Thread.sleep(2000);
                    running.signal("CONT").closeInput().await().exits(0);
                }
                verifies(site, sensor);
                long made = times(site, sensor, "file.create", "/storm-");
                long removed = times(site, sensor, "file.delete", "/storm-");
                JsonNode report = Sensors.report(site, sensor);
                if (losses(site, sensor)) {
                    // At least the creations and removals that are not told were lost; the others count overflows only.
                    assertThat(!exact(sensor)
                                    || !report.path("lost").isNumber()
                                    || report.get("lost").asLong() >= 2L * storm - made - removed)
                            .as("%s: %d created, %d removed, %s", sensor, made, removed, report)
                            .isTrue();
                } else if (exact(sensor)) {
                    assertThat(made).as("%s: %s", sensor, report).isEqualTo(storm);
                    assertThat(removed).as("%s: %s", sensor, report).isEqualTo(storm);
                }
            }
        }
    }

    /** A log that cannot be written ends the session; nothing is signed that says otherwise. */
    @Attack("E22")
    void e22AFullDiskEndsTheSession(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            for (String sensor : Sensors.ready(site)) {
                int before = site.bundles().size();
                Result result = site.gleisnerBehind(
                                List.of("prlimit", "--fsize=300000", "--"),
                                "record",
                                "--quiet",
                                "--sensor",
                                sensor,
                                "--",
                                "./attack",
                                "file-storm",
                                "20000")
                        .timeout(LONG)
                        .run();
                if (result.status() == 0) {
                    assertThat(losses(site, sensor)).as("%s", result).isTrue();
                } else {
                    assertThat(result.status()).as("%s", result).isEqualTo(125);
                    assertThat(site.bundles()).as("%s", result).hasSize(before);
                }
            }
        }
    }
}
