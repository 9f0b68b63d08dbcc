package dev.gleisner.domain.activity;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.RecordedEvent;
import java.util.Collection;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one process did, each thing once however many sources saw it and however often. */
public final class Deeds {
    private final SortedMap<String, Change> writes = new TreeMap<>();
    private final SortedMap<String, Change> deletes = new TreeMap<>();
    private final Set<String> reads = new TreeSet<>();
    private final NavigableSet<Attempt> attempts = new TreeSet<>();
    private final Set<String> listened = new TreeSet<>();
    private final Set<String> denials = new TreeSet<>();

    Deeds() {}

    void take(RecordedEvent recorded) {
        Attempt.of(recorded).ifPresent(attempts::add);
        Results.denial(recorded).ifPresent(denials::add);
        if (recorded.origin().didFail()) {
            return;
        }
        boolean tried = recorded.origin().tried();
        switch (recorded.event()) {
            case Event.FileRead(var path) -> reads.add(path);
            case Event.FileCreated(var path) -> wrote(new Change(tried, "create", path));
            case Event.FileWritten(var path) -> wrote(new Change(tried, "write", path));
            case Event.AttributesChanged(var path) -> wrote(new Change(tried, "attributes", path));
            case Event.DirectoryCreated(var path) -> wrote(new Change(tried, "mkdir", path));
            case Event.FileLinked(var path, var newPath) -> wrote(new Change(tried, "link", newPath, path));
            case Event.SymbolicLinkCreated(var path, var target) -> wrote(new Change(tried, "symlink", path, target));
            case Event.FileRenamed(var path, var newPath) ->
                deletes.put(path, new Change(tried, "rename", path, newPath));
            case Event.FileDeleted(var path) -> deletes.putIfAbsent(path, new Change(tried, "delete", path));
            case Event.DirectoryDeleted(var path) -> deletes.putIfAbsent(path, new Change(tried, "rmdir", path));
            case Event.NetworkBind(var protocol, var address) -> listened.add(protocol + " " + address);
            default -> {}
        }
    }

    private void wrote(Change change) {
        writes.merge(change.path(), change, Change::and);
    }

    /** Paths that came to be or were changed, in order. */
    public Collection<Change> writes() {
        return Collections.unmodifiableCollection(writes.values());
    }

    /** Paths that went away or got another name, in order. */
    public Collection<Change> deletes() {
        return Collections.unmodifiableCollection(deletes.values());
    }

    /** Paths that were read, in order. */
    public Set<String> reads() {
        return Collections.unmodifiableSet(reads);
    }

    /** Addresses that were tried, in order. */
    public Set<Attempt> attempts() {
        return Attempt.settled(attempts);
    }

    /** Addresses that were taken, with their protocol, in order. */
    public Set<String> listened() {
        return Collections.unmodifiableSet(listened);
    }

    /** What was refused, in words and in order. */
    public Set<String> denials() {
        return Collections.unmodifiableSet(denials);
    }
}
