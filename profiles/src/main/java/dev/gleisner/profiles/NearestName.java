package dev.gleisner.profiles;

import java.util.Collection;

/** Finds the name that was probably meant. */
final class NearestName {
    private NearestName() {}

    /** A half-sentence that proposes the closest of {@code known}, or nothing when none is close. */
    static String suggestion(String written, Collection<String> known) {
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String each : known) {
            int distance = distance(written, each);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = each;
            }
        }
        int tolerated = Math.max(1, Math.min(written.length(), best.length()) / 3);
        return bestDistance <= tolerated ? "; did you mean \"" + best + "\"?" : "";
    }

    /** Levenshtein distance; long words are cut, as only their likeness counts. */
    private static int distance(String written, String other) {
        String a = written.length() > 64 ? written.substring(0, 64) : written;
        int[] previous = new int[other.length() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[previous.length];
            current[0] = i;
            for (int j = 1; j < current.length; j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[other.length()];
    }
}
