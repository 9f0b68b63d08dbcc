package dev.gleisner.adapters.linux.landlock;

import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Skips a test and says why, or fails where {@code GLEISNER_MUST_WORK} lists what is missing. */
public final class Needs {
    private Needs() {}

    /** Goes on when {@code present}. */
    public static void feature(String name, boolean present, String why) {
        if (present) {
            return;
        }
        String must = System.getenv().getOrDefault("GLEISNER_MUST_WORK", "");
        String message = "needs " + name + ": " + why;
        if (List.of(must.split(",")).contains(name)) {
            Assertions.fail(message + " (GLEISNER_MUST_WORK lists it)");
        }
        System.out.println("skipped, " + message);
        Assumptions.abort(message);
    }

    /** Goes on when that program is on PATH. */
    public static void program(String name) {
        boolean found = false;
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            found |= new java.io.File(directory, name).canExecute();
        }
        feature(name, found, name + " is not on PATH");
    }
}
