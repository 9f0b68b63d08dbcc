package dev.gleisner.adapters.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A directory of the watched tree and the names that are known to be in it. Its place in the tree changes when it or
 * one above it is renamed; its watch does not.
 */
final class WatchedDirectory implements WatchedEntry {
    /** The watch of a directory that has none: it could not be opened, or the limit was reached. */
    static final int NO_WATCH = -1;

    private final Map<String, WatchedEntry> entries = new HashMap<>();
    private Optional<WatchedDirectory> parent;
    private String name;
    private int watch = NO_WATCH;
    private long seenInRescan;
    private boolean reported;

    /** A directory below {@code parent}; {@code name} is as {@code PathText} writes it, for the root its whole path. */
    WatchedDirectory(Optional<WatchedDirectory> parent, String name) {
        this.parent = parent;
        this.name = name;
    }

    Map<String, WatchedEntry> entries() {
        return entries;
    }

    Optional<WatchedDirectory> parent() {
        return parent;
    }

    boolean isRoot() {
        return parent.isEmpty();
    }

    String name() {
        return name;
    }

    int watch() {
        return watch;
    }

    void watch(int newWatch) {
        watch = newWatch;
    }

    /** Whether its creation was reported; from now on it counts as reported. */
    boolean report() {
        boolean before = reported;
        reported = true;
        return before;
    }

    /** Number of the last rescan that found it; 0 before the first. */
    long seenInRescan() {
        return seenInRescan;
    }

    void seenInRescan(long rescan) {
        seenInRescan = rescan;
    }

    /** Takes another place in the tree; the entries of both parents are kept in step. */
    void move(WatchedDirectory newParent, String newName) {
        parent.ifPresent(old -> old.entries.remove(name, this));
        parent = Optional.of(newParent);
        name = newName;
        newParent.entries.put(newName, this);
    }

    /** Whether {@code other} is this directory or above it. */
    boolean isIn(WatchedDirectory other) {
        for (Optional<WatchedDirectory> at = Optional.of(this); at.isPresent(); at = at.get().parent) {
            if (at.get() == other) {
                return true;
            }
        }
        return false;
    }

    /** Absolute path of the directory. */
    String path() {
        if (parent.isEmpty()) {
            return name;
        }
        int length = 0;
        for (WatchedDirectory at = this; ; at = at.parent.get()) {
            length += at.name.length() + 1;
            if (at.parent.isEmpty()) {
                break;
            }
        }
        char[] out = new char[length - 1];
        int end = out.length;
        for (WatchedDirectory at = this; ; at = at.parent.get()) {
            end -= at.name.length();
            at.name.getChars(0, at.name.length(), out, end);
            if (at.parent.isEmpty()) {
                break;
            }
            out[--end] = '/';
        }
        return new String(out);
    }

    /** Absolute path of an entry. */
    String path(String entry) {
        return path() + '/' + entry;
    }
}
