package dev.gleisner.ports;

import dev.gleisner.domain.profile.Profile;
import java.nio.file.Path;
import java.util.List;

/** Finds profiles: bundled, then the system's, then the user's; never in the working directory. */
public interface ProfileSource {
    /**
     * A profile that can be named.
     *
     * @param name its name
     * @param description its one line
     * @param origin {@code bundled} or a file
     * @param shadows origins of profiles of the same name that this one hides
     */
    record Entry(String name, String description, String origin, List<String> shadows) {
        public Entry {
            shadows = List.copyOf(shadows);
        }
    }

    /** All that can be named, by name. A file that cannot be read is in the list with the reason as description. */
    List<Entry> list() throws GleisnerException;

    /**
     * Reads a profile.
     *
     * @param nameOrFile a name, or a path with a slash or the ending {@code .toml}
     * @throws GleisnerException.BadInput with line and column of everything that is wrong in it
     */
    Profile load(String nameOrFile) throws GleisnerException;

    /** Reads a profile file without looking anywhere else; the same errors as {@link #load}. */
    Profile read(Path file) throws GleisnerException;

    /** The text of a profile as its author wrote it. */
    String text(String nameOrFile) throws GleisnerException;
}
