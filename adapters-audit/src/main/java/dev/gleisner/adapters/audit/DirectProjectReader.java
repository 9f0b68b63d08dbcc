package dev.gleisner.adapters.audit;

import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.GitState;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProjectReader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads a tree relative to open directories; see {@link TreeScan}, {@link FileHasher} and {@link GitReader}. */
final class DirectProjectReader implements ProjectReader {
    @Override
    public Snapshot scan(Path root) throws GleisnerException {
        try (Fs fs = new Fs()) {
            return new TreeScan(fs, root).run();
        }
    }

    @Override
    public List<FileState> hash(Path root, Collection<String> paths) throws GleisnerException {
        return new FileHasher(root, paths).run();
    }

    @Override
    public Optional<GitState> git(Path root) {
        try (Fs fs = new Fs()) {
            return new GitReader(fs).read(root);
        }
    }
}
