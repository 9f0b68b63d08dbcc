package dev.gleisner.adapters.signing;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the keys of a user are. */
final class KeyDirectory {
    private KeyDirectory() {}

    /** {@code gleisner} in the configuration directory of this process's user, if there is one. */
    static Optional<Path> ofEnvironment() {
        return of(System.getenv("XDG_CONFIG_HOME"), System.getenv("HOME"));
    }

    /**
     * The same for given values of the two variables.
     *
     * @spec https://specifications.freedesktop.org/basedir-spec/latest/ XDG Base Directory Specification
     */
    static Optional<Path> of(@Nullable String configHome, @Nullable String home) {
        try {
            // "All paths must be absolute. If an implementation encounters a relative path, it should consider the
            // path invalid and ignore it."
            if (configHome != null && configHome.startsWith("/")) {
                return Optional.of(Path.of(configHome, "gleisner"));
            }
            if (home != null && home.startsWith("/")) {
                return Optional.of(Path.of(home, ".config", "gleisner"));
            }
            return Optional.empty();
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }
}
