package dev.gleisner.adapters.audit;

/** What is known under a name of the watched tree. */
sealed interface WatchedEntry permits WatchedDirectory, WatchedEntry.File {
    /** Anything that is no directory. */
    enum File implements WatchedEntry {
        /** Not written since the last report of a write. */
        CLEAN,
        /** A write was reported and the file is still open for writing. */
        WRITING
    }
}
