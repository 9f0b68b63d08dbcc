package dev.gleisner.adapters.audit;

import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where evidence is kept: {@code gleisner} below {@code $XDG_STATE_HOME}, which is {@code ~/.local/state} when it is
 * not set. Home is {@code $HOME}, as for the keys, and that of the user database when it is not set.
 *
 * @spec https://specifications.freedesktop.org/basedir-spec/latest/ XDG Base Directory Specification
 */
final class StateDirectory {
    private StateDirectory() {}

    /** The directory with every link in it resolved; it need not be there yet. */
    static Path resolve() throws GleisnerException {
        String given = System.getenv("XDG_STATE_HOME");
        // "If an implementation encounters a relative path in any of these variables it should ignore it."
        Path base = given != null && given.startsWith("/") ? Path.of(given) : home().resolve(".local/state");
        return real(base.resolve("gleisner"));
    }

    private static Path home() throws GleisnerException {
        String home = System.getenv("HOME");
        if (home == null || !home.startsWith("/")) {
            home = System.getProperty("user.home", "");
        }
        // For a user without an entry in the user database it is "?".
        if (!home.startsWith("/")) {
            throw new GleisnerException.StorageFailed(
                    "find your home directory",
                    "HOME is not set, and the user database has none",
                    "set HOME or XDG_STATE_HOME to an absolute path",
                    null);
        }
        return Path.of(home);
    }

    /** The deepest part of {@code path} that is there. */
    static Path existing(Path path) {
        Path at = path;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    /** {@code path} with the links in its existing part resolved. */
    static Path real(Path path) throws GleisnerException {
        Path absolute = path.toAbsolutePath().normalize();
        Path there = existing(absolute);
        try {
            return there.toRealPath().resolve(there.relativize(absolute)).normalize();
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "resolve " + path, e.toString(), "check the permissions of " + there, e);
        }
    }
}
