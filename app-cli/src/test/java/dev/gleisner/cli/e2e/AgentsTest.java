package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import dev.gleisner.ports.contract.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import tools.jackson.databind.JsonNode;

/**
 * Real agents. {@code .ci/run} installs what {@code src/test/npm} pins into {@code target/agents}; by hand it is
 * {@code npm install --no-save} in {@code app-cli/target/agents}, after copying the two files there.
 */
@Tag("slow")
class AgentsTest {
    private static final Path INSTALLED = Path.of("target/agents").toAbsolutePath();
    private static final Map<String, String> AGENTS = Map.of(
            "claude", "@anthropic-ai/claude-code",
            "codex", "@openai/codex",
            "opencode", "opencode-ai");

    @Everyone
    void tellTheirVersionInTheSandbox(Who who) {
        Needs.tool("node");
        Path programs = INSTALLED.resolve("node_modules/.bin");
        Needs.that(
                "agents",
                Files.exists(programs.resolve("claude")),
                "they are not installed; to run it, npm install there");
        Path pinned = Path.of("src/test/npm/package.json");
        JsonNode versions =
                Site.json(dev.gleisner.cli.fixture.Host.read(pinned)).get("dependencies");
        for (Map.Entry<String, String> agent : AGENTS.entrySet()) {
            try (Site site = Site.of(who)) {
                Result result = site.gleisner(
                                "record",
                                "--quiet",
                                "--bind-ro",
                                INSTALLED.toString(),
                                "--",
                                programs.resolve(agent.getKey()).toString(),
                                "--version")
                        .timeout(Duration.ofMinutes(2))
                        .run()
                        .exits(0);
                assertThat(result.out()).contains(versions.get(agent.getValue()).asString());
                site.gleisner(
                                "verify",
                                "--public-key",
                                site.publicKey().toString(),
                                site.bundle().toString())
                        .run()
                        .exits(0);
                assertThat(Site.failedChecks(
                                site.gleisner("verify", "--json", site.bundle().toString())
                                        .run()
                                        .exits(1)))
                        .containsExactly("signature.trusted");
            }
        }
    }
}
