package dev.gleisner.domain.profile;

/** Names of environment variables as shells take them. */
public final class VariableName {
    private VariableName() {}

    /** Whether it has letters, digits and underscores only, and does not start with a digit. */
    public static boolean valid(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }
}
