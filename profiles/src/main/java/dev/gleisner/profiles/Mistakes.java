package dev.gleisner.profiles;

import dev.gleisner.ports.GleisnerException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tomlj.TomlPosition;

/** Collects everything that is wrong in one profile file, so that its author sees all of it in one run. */
final class Mistakes {
    /** More than these tell nothing new: the file is something else than a profile. */
    private static final int MOST_SHOWN = 50;

    private record Mistake(int line, int column, String message) {}

    private final String file;
    private final List<Mistake> found = new ArrayList<>();

    Mistakes(String file) {
        this.file = file;
    }

    void add(TomlPosition position, String message) {
        Mistake mistake = new Mistake(position.line(), position.column(), message);
        if (!found.contains(mistake)) {
            found.add(mistake);
        }
    }

    boolean any() {
        return !found.isEmpty();
    }

    /** All of them, by position. */
    GleisnerException.BadInput asException() {
        found.sort(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column));
        StringBuilder why = new StringBuilder();
        for (int i = 0; i < found.size() && i < MOST_SHOWN; i++) {
            Mistake mistake = found.get(i);
            why.append("\n  ")
                    .append(file)
                    .append(':')
                    .append(mistake.line())
                    .append(':')
                    .append(mistake.column())
                    .append(": ")
                    .append(mistake.message());
        }
        if (found.size() > MOST_SHOWN) {
            why.append("\n  and ").append(found.size() - MOST_SHOWN).append(" more");
        }
        return new GleisnerException.BadInput(
                "profile " + file + " has " + (found.size() == 1 ? "a mistake" : found.size() + " mistakes"),
                why.toString(),
                "mend the lines above and check with `gleisner profile validate " + file + "`");
    }
}
