package dev.gleisner.domain.activity;

import dev.gleisner.domain.json.Json;

/**
 * What was done to a path.
 *
 * @param tried whether nobody knows what came of it
 * @param verb {@code create}, {@code write}, {@code attributes}, {@code link}, {@code symlink}, {@code mkdir}, {@code
 *     rename}, {@code delete} or {@code rmdir}
 * @param path the path that is there now, or for the last three the one that is gone
 * @param other for {@code link} the older name, for {@code symlink} the target, for {@code rename} the new name; else
 *     empty
 */
public record Change(boolean tried, String verb, String path, String other) {

    Change(boolean tried, String verb, String path) {
        this(tried, verb, path, "");
    }

    /** Which of two changes of one path tells more: one that happened, that it came to be, that it was written. */
    Change and(Change later) {
        if (tried != later.tried) {
            return tried ? later : this;
        }
        return rank(later.verb) > rank(verb) ? later : this;
    }

    private static int rank(String verb) {
        return switch (verb) {
            case "attributes" -> 0;
            case "write" -> 1;
            default -> 2;
        };
    }

    /** Its form in the activity document. */
    public Json toJson() {
        Json.Builder json = Json.object().put("how", verb).put("path", path);
        if (!other.isEmpty()) {
            json.put("other", other);
        }
        if (tried) {
            json.put("tried", true);
        }
        return json.build();
    }
}
