package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProjectReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The project before the command ran.
 *
 * @param snapshot every regular file
 * @param digests of the content, by path, of those that were hashed
 * @param takenOn when that was
 */
record Baseline(Snapshot snapshot, Map<String, Digest> digests, Instant takenOn) {
    /**
     * How much is hashed before the command may start: about a quarter of a second of work on two processors. What is
     * beyond is hashed at the end if it is still the same file then, and counted as unhashed if not.
     */
    static final long HASH_BUDGET_BYTES = 256L << 20;

    /** Files of git's object store name their own digest and are only ever added; hashing them first is idle. */
    private static final String GIT_OBJECTS = ".git/objects/";

    static Baseline take(ProjectReader projects, Path root, Instant now) throws GleisnerException {
        Snapshot snapshot = projects.scan(root);
        List<String> wanted = new ArrayList<>();
        long budget = HASH_BUDGET_BYTES;
        for (FileState file : snapshot.files().values()) {
            if (file.sizeBytes() <= budget && !file.path().startsWith(GIT_OBJECTS)) {
                wanted.add(file.path());
                budget -= file.sizeBytes();
            }
        }
        Map<String, Digest> digests = new HashMap<>();
        for (FileState file : projects.hash(root, wanted)) {
            file.digest().ifPresent(digest -> digests.put(file.path(), digest));
        }
        return new Baseline(snapshot, digests, now);
    }
}
