package dev.gleisner.domain.redact;

/**
 * Tells keys that a random generator made from names that people made. A key changes between lower case, upper case
 * and digits at almost every other character, a name at the ends of its words only.
 */
final class Randomness {
    /** Shorter ones are too much like names. */
    static final int SHORTEST = 32;

    private static final int GIT_HASH = 40;

    private Randomness() {}

    /** Whether {@code text} from {@code from} to {@code to}, all of it base64 characters, looks random. */
    static boolean looksRandom(String text, int from, int to) {
        int length = to - from;
        if (length < SHORTEST || isUuid(text, from, to)) {
            return false;
        }
        int digits = 0;
        int letters = 0;
        int hex = 0;
        int pairs = 0;
        int changes = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            hex += Characters.isHex(c) ? 1 : 0;
            digits += Characters.isDigit(c) ? 1 : 0;
            letters += Characters.isAlphanumeric(c) && !Characters.isDigit(c) ? 1 : 0;
            if (i > from && Characters.isAlphanumeric(c) && Characters.isAlphanumeric(text.charAt(i - 1))) {
                pairs++;
                changes += changes(text.charAt(i - 1), c) ? 1 : 0;
            }
        }
        if (hex == length) {
            return length != GIT_HASH && digits > 0 && letters > 0;
        }
        // Random letters and digits change at 0.40 to 0.45 of all places, names at less than 0.2.
        double share = pairs == 0 ? 0 : (double) changes / pairs;
        return share >= 0.4 || digits >= 2 && share >= 0.2 || digits >= 3 && share >= 0.15;
    }

    /** A capital letter and the small one after it begin a word: no change. */
    private static boolean changes(char before, char now) {
        return Characters.isDigit(before) != Characters.isDigit(now)
                || Characters.isLower(before) && Characters.isUpper(now);
    }

    private static boolean isUuid(String text, int from, int to) {
        if (to - from != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            char c = text.charAt(from + i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : !Characters.isHex(c)) {
                return false;
            }
        }
        return true;
    }
}
