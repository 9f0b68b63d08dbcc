package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Answers;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

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

    @Attack("E29")
    void e29MemoryIsLimited(Who who) {
        try (Site site = Site.of(who)) {
            site.program("attack");
            String profile = limited(site, "max_memory_mb = 200");
            Result inside = site.gleisner("record", "--profile", profile, "--", "./attack", "memory-hog", "600")
                    .run();
            assertThat(inside.fails().out()).doesNotContain("megabytes=600");
            site.plain("./attack", "memory-hog", "600").exits(0);
        }
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
