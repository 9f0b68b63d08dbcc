package dev.gleisner.adapters.audit;

import dev.gleisner.ports.GleisnerException;

/** The rule for session ids: they become file names. */
final class SessionId {
    private static final int LONGEST = 64;

    private SessionId() {}

    /** Whether {@code id} is letters, digits, {@code -}, {@code _} and {@code .}, and starts with a letter or digit. */
    static boolean valid(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!plain && (i == 0 || c != '-' && c != '_' && c != '.')) {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= LONGEST;
    }

    /** Refuses what is not {@link #valid}. */
    static void check(String id) throws GleisnerException {
        if (!valid(id)) {
            throw new GleisnerException.BadInput(
                    "session id \"" + id + "\"",
                    "it must be 1 to " + LONGEST + " letters, digits, '-', '_' or '.', a letter or digit first",
                    "use the id that `gleisner inspect` prints");
        }
    }
}
