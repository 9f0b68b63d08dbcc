package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Answers;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Limits: the host stays usable. */
class ResourcesTest {
    private static String limited(Site site, String resources) {
        return FilesTest.profile(site, "[resources]\n" + resources + "\n[layers]\ncgroups = \"best-effort\"\n")
                .toString();
    }

    @Attack("E29")
    void e29AForkBombStops(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            String profile = limited(site, "max_pids = 40");
            Answers inside =
                    Answers.of(site.gleisner("wrap", "--profile", profile, "--", "./attack", "fork-bomb", "300")
                            .run());
            Result record = site.gleisner("record", "--profile", profile, "--", "true")
                    .run()
                    .exits(0);
            if (who.root() && !cgroups(site).equals("enforced")) {
                // RLIMIT_NPROC does not bind uid 0 of the host, and without cgroup v2 there is nothing else: the
                // layer is best effort in this profile, and the record says that it is absent.
                assertThat(record.err()).contains("without cgroups");
                inside.that("last").isEqualTo("ok");
                return;
            }
            inside.that("last").isEqualTo("EAGAIN");
            assertThat(Integer.parseInt(inside.all().get("forks"))).isBetween(5, 40);
            Answers.of(site.plain("setsid", "-w", "./attack", "fork-bomb", "300"))
                    .that("last")
                    .isEqualTo("ok");
        }
    }

    @Attack("E29")
    void e29DescriptorsAreLimited(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            String profile = limited(site, "max_file_descriptors = 64");
            Answers inside = Answers.of(site.gleisner("wrap", "--profile", profile, "--", "./attack", "descriptor-hog")
                    .run());
            inside.that("last").isEqualTo("EMFILE");
            inside.that("descriptors").isEqualTo("61");
            assertThat(Integer.parseInt(
                            site.attackPlainly("descriptor-hog").all().get("descriptors")))
                    .isGreaterThan(61);
        }
    }

    @Attack("E29")
    void e29FilesAreLimited(Who who) {
        try (Site site = Site.of(who)) {
            String profile = limited(site, "max_disk_write_mb = 1");
            Result inside = site.gleisner(
                            "wrap",
                            "--profile",
                            profile,
                            "--",
                            "sh",
                            "-c",
                            "head -c 3000000 /dev/zero > big; echo status $?")
                    .run();
            assertThat(site.project().resolve("big").toFile().length()).isEqualTo(1 << 20);
            assertThat(inside.out()).doesNotContain("status 0");
            site.plain("sh", "-c", "head -c 3000000 /dev/zero > big").exits(0);
            assertThat(site.project().resolve("big").toFile().length()).isEqualTo(3_000_000);
        }
    }

    @Attack("E29")
    void e29ScratchSpaceIsLimited(Who who) {
        try (Site site = Site.of(who)) {
            Result inside = site.wrap("sh", "-c", "df -Pk /tmp /dev/shm ~ /var/tmp | awk 'NR>1{print $2, $6}'")
                    .exits(0);
            assertThat(inside.out().lines()).allSatisfy(line -> {
                String[] words = line.split(" ");
                // Kibibytes; the memory of the host is never all theirs.
                assertThat(Long.parseLong(words[0])).as(line).isBetween(1L, 8L << 20);
            });
            assertThat(inside.out().lines().count()).isGreaterThanOrEqualTo(3);
        }
    }

    /** Memory is for cgroups to limit; a host without them is told so, and a profile that requires them does not run. */
    @Attack("E29")
    void e29MemoryIsLimitedOrTheRecordSaysItIsNot(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            String profile = limited(site, "max_memory_mb = 200");
            Result inside = site.gleisner("record", "--profile", profile, "--", "./attack", "memory-hog", "600")
                    .run();
            if (cgroups(site).equals("enforced")) {
                assertThat(inside.fails().out()).doesNotContain("megabytes=600");
            } else {
                assertThat(inside.err()).contains("without cgroups");
                Host.write(
                        site.home().resolve("required.toml"),
                        Host.read(Path.of(profile))
                                .replace("best-effort", "required")
                                .replace("\"own\"", "\"required\""));
                site.own();
                Result required = site.gleisner(
                                "wrap",
                                "--profile",
                                site.home() + "/required.toml",
                                "--",
                                "./attack",
                                "memory-hog",
                                "1")
                        .run();
                assertThat(required.exits(125).out()).isEmpty();
            }
            site.plain("./attack", "memory-hog", "600").exits(0);
        }
    }

    private static String cgroups(Site site) {
        for (JsonNode layer : site.statement().at("/predicate/buildDefinition/internalParameters/enforcement/layers")) {
            if (layer.get("layer").asString().equals("cgroups")) {
                return layer.get("state").asString();
            }
        }
        throw new AssertionError("no word on cgroups in " + site.statement());
    }

    @Attack("E29")
    void e29NoCoreDumps(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.program("attack");
            Result inside = site.record("./attack", "crash");
            assertThat(inside.exits(128 + 6).out()).contains("core-limit=0");
            try (Stream<Path> files = Files.list(site.project())) {
                assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("core"));
            }
        }
    }

    @Attack("E29")
    void e29AKilledCommandIsExplained(Who who) {
        try (Site site = Site.of(who)) {
            Result result = site.gleisner("record", "--", "sh", "-c", "kill -KILL $$")
                    .run()
                    .exits(137);
            assertThat(result.err()).contains("signal 9");
            assertThat(site.statement()
                            .at("/predicate/runDetails/gleisner_session/signal")
                            .asInt())
                    .isEqualTo(9);
            assertThat(site.statement()
                            .at("/predicate/runDetails/gleisner_session/resources")
                            .isMissingNode())
                    .isFalse();
        }
    }
}
