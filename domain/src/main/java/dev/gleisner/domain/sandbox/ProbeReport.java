package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.json.Json;

/**
 * One attempt at something forbidden, made inside the sandbox before the command was released.
 *
 * @param id stable name, such as {@code masked-path}
 * @param attempt what was tried
 * @param expected what a working sandbox answers, such as {@code ENOENT}
 * @param observed what it answered
 * @param held whether the sandbox held
 */
public record ProbeReport(String id, String attempt, String expected, String observed, boolean held) {
    /** Its form in the statement. */
    public Json toJson() {
        return Json.object()
                .put("id", id)
                .put("attempt", attempt)
                .put("expected", expected)
                .put("observed", observed)
                .put("held", held)
                .build();
    }
}
