package dev.gleisner.domain.profile;

import java.util.Optional;

/** How much a record says about the files outside of the project that were read. */
public enum DependencyDetail {
    /** How many below each directory or of each package. */
    GROUPED("grouped"),
    /** Each by name. */
    LISTED("listed"),
    /** Each by name, with the digest that it has at the end. */
    HASHED("hashed");

    private final String key;

    DependencyDetail(String key) {
        this.key = key;
    }

    /** The word in profiles and on the command line. */
    public String key() {
        return key;
    }

    /** The detail of that word. */
    public static Optional<DependencyDetail> byKey(String key) {
        for (DependencyDetail each : values()) {
            if (each.key.equals(key)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
