package dev.gleisner.cli.command;

import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Prints JSON documents, however long. */
final class Documents {
    private Documents() {}

    /** Prints the canonical form and a line feed. */
    static void print(Json.Obj json, PrintWriter out) {
        try {
            CanonicalJson.write(
                    json, (bytes, length) -> out.write(new String(bytes, 0, length, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError("a PrintWriter throws none", e);
        }
        out.println();
    }
}
