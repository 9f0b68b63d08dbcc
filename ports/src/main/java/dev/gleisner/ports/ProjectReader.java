package dev.gleisner.ports;

import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.GitState;
import dev.gleisner.domain.record.Snapshot;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads a tree that an adversary writes: regular files only, no link is followed, nothing is executed. */
public interface ProjectReader {
    /**
     * The state of every regular file below {@code root}, without digests. {@code .gleisner} at the top is left out.
     *
     * @throws GleisnerException when the root itself cannot be read
     */
    Snapshot scan(Path root) throws GleisnerException;

    /**
     * Digests of the named files as they are now, those that still are regular files.
     *
     * @param paths relative to {@code root}, as {@link FileState#path} gives them
     * @return one state for each file that could be hashed
     */
    List<FileState> hash(Path root, Collection<String> paths) throws GleisnerException;

    /** Where the repository that holds {@code root} stands; empty when it is in none. */
    Optional<GitState> git(Path root);
}
