package dev.gleisner.domain.profile;

import java.util.Arrays;
import java.util.Optional;

/** What happens when the host cannot apply a layer. */
public enum Requirement {
    /** The command is not started. */
    REQUIRED("required"),
    /** The command is started without it, and the statement says so. */
    BEST_EFFORT("best-effort"),
    /** The layer is not asked for, and the statement says so. */
    OFF("off");

    private final String key;

    Requirement(String key) {
        this.key = key;
    }

    /** The word in profiles and statements. */
    public String key() {
        return key;
    }

    /** The requirement with that key. */
    public static Optional<Requirement> byKey(String key) {
        return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
    }
}
