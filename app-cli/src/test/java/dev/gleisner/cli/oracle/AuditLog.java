package dev.gleisner.cli.oracle;

import dev.gleisner.cli.fixture.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a sensor said in a record.
 *
 * @param lines its lines of the log
 * @param report what the signed statement says of its completeness
 */
record AuditLog(List<JsonNode> lines, JsonNode report) {
    AuditLog {
        lines = List.copyOf(lines);
    }

    /** Of the newest record of a project. */
    static AuditLog of(Site site, String source) {
        List<JsonNode> lines = new ArrayList<>();
        Path bundle = site.bundle();
        try {
            for (String text : Files.readAllLines(Site.log(bundle))) {
                JsonNode line = Site.json(text);
                if (line.get("source").asString().equals(source)) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (JsonNode each : Site.statement(bundle).at("/predicate/runDetails/gleisner_session/completeness")) {
            if (each.get("sensor").asString().equals(source)) {
                return new AuditLog(lines, each);
            }
        }
        throw new AssertionError("the statement does not speak of the sensor " + source);
    }

    /** The lines of that type. */
    List<JsonNode> of(String type) {
        return lines.stream()
                .filter(line -> line.get("type").asString().equals(type))
                .toList();
    }
}
