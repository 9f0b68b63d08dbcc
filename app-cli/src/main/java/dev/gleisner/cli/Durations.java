package dev.gleisner.cli;

import dev.gleisner.ports.GleisnerException;
import java.time.Duration;

/** Durations as timeout(1) writes them: a whole number with {@code s}, {@code m}, {@code h} or {@code d}. */
public final class Durations {
    private Durations() {}

    /**
     * Reads a duration greater than zero.
     *
     * @throws GleisnerException.BadInput for anything else
     */
    public static Duration parse(String option, String text) throws GleisnerException {
        int end = text.length();
        long unit = 1;
        if (end > 0) {
            switch (text.charAt(end - 1)) {
                case 's' -> end--;
                case 'm' -> {
                    unit = 60;
                    end--;
                }
                case 'h' -> {
                    unit = 3600;
                    end--;
                }
                case 'd' -> {
                    unit = 86_400;
                    end--;
                }
                default -> {}
            }
        }
        try {
            Duration duration = Duration.ofSeconds(Math.multiplyExact(Long.parseLong(text, 0, end, 10), unit));
            if (duration.isPositive() && duration.toDays() < 36_500) {
                return duration;
            }
        } catch (NumberFormatException | ArithmeticException _) {
            // the same answer as for a number out of range
        }
        throw new GleisnerException.BadInput(
                option + " " + text, "not a duration", "write a whole number with s, m, h or d, such as 90s or 30m");
    }

    /** For people: {@code 830 ms}, {@code 12.4 s}, {@code 3 min 20 s}. */
    public static String show(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return millis / 1000 + "." + millis % 1000 / 100 + " s";
        }
        return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
}
