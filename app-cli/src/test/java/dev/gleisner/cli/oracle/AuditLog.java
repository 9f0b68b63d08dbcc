package dev.gleisner.cli.oracle;

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

    /** The lines of that type. */
    List<JsonNode> of(String type) {
        return lines.stream()
                .filter(line -> line.get("type").asString().equals(type))
                .toList();
    }
}
