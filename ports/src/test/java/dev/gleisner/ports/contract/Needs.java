package dev.gleisner.ports.contract;

import static org.junit.jupiter.api.Assertions.fail;

import dev.gleisner.ports.Availability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. A test whose need is not met is skipped and says why; it fails instead when the
 * environment variable {@code GLEISNER_MUST_WORK} (names, separated by commas) lists the need, so that a feature that
 * is lost on a machine known to have it turns red, not quiet.
 */
public final class Needs {
    /** The environment variable with the needs that must be met. */
    public static final String MUST_WORK = "GLEISNER_MUST_WORK";

    private Needs() {}

    /** Goes on when {@code found} is ready. */
    public static void feature(String name, Availability found) {
        switch (found) {
            case Availability.Ready _ -> {}
            case Availability.Missing(var what, var fix) -> giveUp(name, what + "; to run it, " + fix);
            case Availability.Unknown(var why) -> giveUp(name, "probe could not run: " + why);
        }
    }

    /** Goes on when {@code met}. */
    public static void that(String name, boolean met, String why) {
        if (!met) {
            giveUp(name, why);
        }
    }

    /** Goes on when a program of that name is on PATH; the need has the program's name. */
    public static Path tool(String program) {
        Optional<Path> found = find(program);
        if (found.isEmpty()) {
            giveUp(program, "there is no " + program + " on PATH; to run it, install it");
        }
        return found.orElseThrow();
    }

    /** The program on PATH. */
    public static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        for (String directory : path.split(":", -1)) {
            Path file = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return Optional.of(file.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private static void giveUp(String name, String why) {
        String must = Optional.ofNullable(System.getenv(MUST_WORK)).orElse("");
        if (List.of(must.split(",", -1)).contains(name)) {
            fail(name + " must work here (" + MUST_WORK + "), but " + why);
        }
        Assumptions.abort("skipped, needs " + name + ": " + why);
    }
}
