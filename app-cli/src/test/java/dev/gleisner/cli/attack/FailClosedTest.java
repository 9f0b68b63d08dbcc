package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Hosts that lack a layer. A wrapper takes the system calls away before Gleisner starts, so that Gleisner finds the
 * kernel that an older or a locked-down host has.
 */
class FailClosedTest {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int SYS_SECCOMP = 317;
    private static final int SYS_LANDLOCK_CREATE_RULESET = 444;
    private static final int SYS_MOUNT_SETATTR = 442;
    private static final int SYS_OPEN_TREE = 428;
    private static final int SYS_SETRLIMIT = 160;
    private static final int SYS_PRLIMIT64 = 302;

    /** Gleisner on a host without something. */
    private static Result without(Site site, String taken, String... words) {
        site.program("without");
        List<String> before = new ArrayList<>(List.of("./without"));
        before.addAll(List.of(taken.split(" ")));
        before.add("--");
        return site.gleisnerBehind(before, words).run();
    }

    private static void refuses(Site site, String taken) {
        for (String verb : new String[] {"wrap", "record"}) {
            Result result = without(site, taken, verb, "--", "sh", "-c", "echo ran; touch ran");
            assertThat(result.exits(125).out()).doesNotContain("ran");
            assertThat(result.err()).contains("error:", "fix:");
            assertThat(site.project().resolve("ran")).doesNotExist();
        }
        assertThat(site.bundles()).isEmpty();
    }

    @Attack("E27")
    void e27NoUserNamespaceNoRun(Who who) {
        try (Site site = Site.of(who)) {
            refuses(site, "userns:" + EPERM);
            Result doctor = without(site, "userns:" + EPERM, "doctor");
            assertThat(doctor.exits(1).out()).contains("native").contains("fix:");
            // The wrapper itself is harmless.
            without(site, SYS_SETRLIMIT + ":" + ENOSYS, "wrap", "--", "true").exits(0);
        }
    }

    @Attack("E27")
    void e27NothingInsideOrInTheEnvironmentSwitchesItOff(Who who) {
        try (Site site = Site.of(who)) {
            site.homeFile("diary.txt", "secret");
            site.file(".gleisner.json", "{\"sandbox\": false}");
            site.file(".env", "GLEISNER_BACKEND=none\nGLEISNER_SANDBOX=off\n");
            Result result = site.gleisner("wrap", "--", "cat", site.home() + "/diary.txt")
                    .env("GLEISNER_BACKEND", "none")
                    .env("GLEISNER_SANDBOX", "off")
                    .env("GLEISNER_PROFILE", "developer-open")
                    .env("GLEISNER_NO_SANDBOX", "1")
                    .run();
            assertThat(result.fails().out()).isEmpty();
            // Not even with `none` installed is it chosen for somebody who did not name it.
            assertThat(site.gleisner("wrap", "--backend", "none", "--", "cat", site.home() + "/diary.txt")
                            .run()
                            .exits(0)
                            .out())
                    .isEqualTo("secret");
        }
    }

    @Attack("W6")
    void w6EveryRequiredLayerIsNeeded(Who who) {
        try (Site site = Site.of(who)) {
            refuses(site, SYS_LANDLOCK_CREATE_RULESET + ":" + ENOSYS);
            refuses(site, SYS_MOUNT_SETATTR + ":" + ENOSYS);
            refuses(site, SYS_OPEN_TREE + ":" + EPERM);
            refuses(site, SYS_SECCOMP + ":" + ENOSYS + " 157:" + EPERM); // prctl is the other way to a filter
        }
    }

    @Attack("W6")
    void w6BestEffortIsAskedForByNameAndSaidInTheRecord(Who who) {
        try (Site site = Site.of(who)) {
            String taken = SYS_LANDLOCK_CREATE_RULESET + ":" + ENOSYS;
            Result result = without(site, taken, "record", "--best-effort", "landlock", "--", "true")
                    .exits(0);
            assertThat(result.err()).contains("without", "landlock");
            JsonNode statement = site.statement();
            assertThat(statement.at("/predicate/runDetails/builder/id").asString())
                    .endsWith("/partly-sandboxed/v1");
            for (JsonNode layer : statement.at("/predicate/buildDefinition/internalParameters/enforcement/layers")) {
                if (layer.get("layer").asString().equals("landlock")) {
                    assertThat(layer.get("state").asString()).isEqualTo("absent");
                    assertThat(layer.get("requirement").asString()).isEqualTo("best-effort");
                }
            }
            // Best effort for one layer is none for another.
            assertThat(without(
                                    site,
                                    SYS_MOUNT_SETATTR + ":" + ENOSYS,
                                    "wrap",
                                    "--best-effort",
                                    "landlock",
                                    "--",
                                    "sh",
                                    "-c",
                                    "echo ran")
                            .exits(125)
                            .out())
                    .isEmpty();
        }
    }

    @Attack("W6")
    void w6RlimitsThatCannotBeSetStopTheRun(Who who) {
        try (Site site = Site.of(who)) {
            refuses(site, SYS_PRLIMIT64 + ":" + EPERM + " " + SYS_SETRLIMIT + ":" + EPERM);
        }
    }
}
