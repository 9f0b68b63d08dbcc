package dev.gleisner.domain.record;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The regular files of a project at one moment.
 *
 * @param files by path
 * @param skipped what could not be looked at or hashed, with the reason, at most a few hundred examples
 * @param skippedCount how many were skipped in all
 */
public record Snapshot(SortedMap<String, FileState> files, List<String> skipped, long skippedCount) {
    public Snapshot {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        skipped = List.copyOf(skipped);
    }

    /** A snapshot with nothing in it. */
    public static Snapshot empty() {
        return new Snapshot(new TreeMap<>(Map.of()), List.of(), 0);
    }
}
