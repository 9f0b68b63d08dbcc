package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the watched tree, and what the events of an inotify queue mean for it.
 *
 * <p>A directory is first watched and then listed, so that nothing is missed between; a name that is known already is not
 * reported as created again. The same comparison of what is known with what is there repairs an overflow.
 */
final class WatchedTree {
    private static final String EVIDENCE = ".gleisner";
    private static final int MOST_NAMES = 4_000_000;
    private static final int OPEN_PLACE = Fs.O_PATH | Fs.O_DIRECTORY | Fs.O_NOFOLLOW;
    private static final byte[] HERE = {'.'};

    private final Inotify queue;
    private final EventConsumer consumer;
    private final int rootDescriptor;
    private final WatchedDirectory root;
    private final Map<Integer, WatchedDirectory> byWatch = new HashMap<>();
    private final Map<Integer, Departure> departures = new LinkedHashMap<>();

    /** Directories that were not where they had been seen: they may turn up when one above them is found to be renamed. */
    private final Set<WatchedDirectory> strayed = new LinkedHashSet<>();

    private boolean quiet = true;
    private long names;
    private long events;
    private long overflows;
    private long unwatched;
    private long unreadable;
    private long rescans;

    /** A name that was moved away; where to comes next, unless it left the tree. */
    private record Departure(
            WatchedDirectory from, String name, String path, Optional<WatchedEntry> entry, boolean directory) {}

    /**
     * A tree of which nothing is known yet.
     *
     * @param rootDescriptor open directory; the caller closes it
     * @param rootPath its absolute path as {@code PathText} writes it
     */
    WatchedTree(Inotify queue, EventConsumer consumer, int rootDescriptor, String rootPath) {
        this.queue = queue;
        this.consumer = consumer;
        this.rootDescriptor = rootDescriptor;
        this.root = new WatchedDirectory(Optional.empty(), rootPath);
    }

    long events() {
        return events;
    }

    long overflows() {
        return overflows;
    }

    /** Directories that came to be during the session and could not be watched. */
    long unwatched() {
        return unwatched;
    }

    /** Directories that this user cannot read. */
    long unreadable() {
        return unreadable;
    }

    /**
     * Watches everything that is there, without events.
     *
     * @throws GleisnerException.HostLacks when there are more directories than watches
     */
    void watchAll(Fs fs, Path shown) throws GleisnerException {
        adopt(fs, root);
        quiet = false;
        if (unwatched > 0) {
            throw new GleisnerException.HostLacks(
                    "watch " + shown,
                    "the kernel gives this user no more inotify watches; " + unwatched + " directories have none",
                    "raise the limit: sysctl fs.inotify.max_user_watches=1048576");
        }
        if (names > MOST_NAMES) {
            throw new GleisnerException.BadInput(
                    "project " + shown, "it holds more than " + MOST_NAMES + " files", "record in a smaller directory");
        }
        if (root.watch() == WatchedDirectory.NO_WATCH) {
            throw new GleisnerException.BadInput(
                    "watch " + shown, "it cannot be read", "give the path of a directory that this user can read");
        }
    }

    private void emit(Event event) {
        if (!quiet) {
            events++;
            consumer.accept(InotifySensor.NAME, event);
        }
    }

    // --- new directories ---

    /** Watches and lists a directory that has its place in the tree already, and all below it. */
    private void adopt(Fs fs, WatchedDirectory first) {
        Deque<WatchedDirectory> todo = new ArrayDeque<>();
        todo.add(first);
        Place place = new Place(fs);
        try {
            for (WatchedDirectory next = todo.poll(); next != null; next = todo.poll()) {
                int descriptor = place.open(next);
                if (watch(next, descriptor, todo)) {
                    for (Fs.Entry entry : list(fs, descriptor)) {
                        String name = PathText.decode(entry.name());
                        if (!excluded(next, name) && !next.entries().containsKey(name)) {
                            arrive(next, name, directory(fs, descriptor, entry)).ifPresent(todo::add);
                        }
                    }
                }
                Fs.close(descriptor);
            }
        } finally {
            place.close();
        }
    }

    /** Notes a new name; gives back the directory if it is one, to be adopted. */
    private Optional<WatchedDirectory> arrive(WatchedDirectory in, String name, boolean directory) {
        names++;
        if (directory) {
            WatchedDirectory below = new WatchedDirectory(Optional.of(in), name);
            in.entries().put(name, below);
            return Optional.of(below);
        }
        in.entries().put(name, WatchedEntry.File.CLEAN);
        emit(new Event.FileCreated(in.path(name)));
        return Optional.empty();
    }

    /**
     * Puts a watch on a directory and reports it as created, or as renamed when its inode is known under another path.
     *
     * @return whether its entries are to be looked at now
     */
    private boolean watch(WatchedDirectory directory, int descriptor, Deque<WatchedDirectory> todo) {
        int watch = descriptor < 0 ? descriptor : queue.watch(descriptor);
        WatchedDirectory known = byWatch.get(watch);
        Optional<WatchedDirectory> parent = directory.parent();
        if (known != null
                && known != directory
                && parent.isPresent()
                && !parent.get().isIn(known)) {
            // Moved while its new parent was listed: the events of the move are still under way, or never came.
            String from = known.path();
            known.move(parent.get(), directory.name());
            emit(new Event.FileRenamed(from, known.path()));
            todo.addAll(strayedIn(known));
            return false;
        }
        if (!directory.isRoot() && !directory.report()) {
            emit(new Event.DirectoryCreated(directory.path()));
        }
        return register(directory, watch);
    }

    private boolean register(WatchedDirectory directory, int watch) {
        if (watch >= 0) {
            directory.watch(watch);
            byWatch.put(watch, directory);
            return true;
        }
        switch (-watch) {
            case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP -> strayed.add(directory); // events of that are under way
            case Errno.EACCES, Errno.EPERM -> unreadable++;
            default -> unwatched++;
        }
        return watch == -Errno.ENOSPC;
    }

    /** Whether directories are said to be in the tree that were never found there. */
    boolean hasStrays() {
        for (WatchedDirectory each : strayed) {
            if (each.isIn(root)) {
                return true;
            }
        }
        return false;
    }

    /** Takes those that strayed out of a directory that is where it is said to be now. */
    private List<WatchedDirectory> strayedIn(WatchedDirectory top) {
        List<WatchedDirectory> found = new ArrayList<>();
        for (WatchedDirectory each : strayed) {
            if (each.isIn(top)) {
                found.add(each);
            }
        }
        found.forEach(strayed::remove);
        return found;
    }

    private static boolean directory(Fs fs, int parent, Fs.Entry entry) {
        return entry.type() == Fs.S_IFDIR
                || entry.type() == 0 && fs.stat(parent, entry.name()) == 0 && fs.type() == Fs.S_IFDIR;
    }

    private static boolean excluded(WatchedDirectory in, String name) {
        return in.isRoot() && name.equals(EVIDENCE);
    }

    private static List<Fs.Entry> list(Fs fs, int place) {
        int listing = fs.open(place, HERE, Fs.OPEN_DIRECTORY);
        try {
            return listing < 0 ? List.of() : fs.list(listing, MOST_NAMES);
        } finally {
            Fs.close(listing);
        }
    }

    /** Opens directories of the tree by their names, from the root on; keeps the parent of the last one open. */
    private final class Place implements AutoCloseable {
        private final Fs fs;
        private Optional<WatchedDirectory> cached = Optional.empty();
        private int cachedDescriptor = -1;

        Place(Fs fs) {
            this.fs = fs;
        }

        int open(WatchedDirectory directory) {
            if (directory.isRoot()) {
                return fs.open(rootDescriptor, HERE, OPEN_PLACE);
            }
            WatchedDirectory parent = directory.parent().get();
            if (cached.isEmpty() || cached.get() != parent) {
                close();
                cachedDescriptor = walk(parent);
                cached = Optional.of(parent);
            }
            return cachedDescriptor < 0 ? cachedDescriptor : fs.open(cachedDescriptor, bytes(directory), OPEN_PLACE);
        }

        private int walk(WatchedDirectory directory) {
            Deque<WatchedDirectory> way = new ArrayDeque<>();
            for (WatchedDirectory at = directory; !at.isRoot(); at = at.parent().get()) {
                way.push(at);
            }
            int at = fs.open(rootDescriptor, HERE, OPEN_PLACE);
            for (WatchedDirectory next : way) {
                int below = at < 0 ? at : fs.open(at, bytes(next), OPEN_PLACE);
                Fs.close(at);
                at = below;
            }
            return at;
        }

        private static byte[] bytes(WatchedDirectory directory) {
            return PathText.encode(directory.name());
        }

        @Override
        public void close() {
            Fs.close(cachedDescriptor);
            cachedDescriptor = -1;
            cached = Optional.empty();
        }
    }

    // --- events ---

    /**
     * Takes in one event.
     *
     * @param text array that holds its name
     * @param length of the name in bytes; 0 when the event is about the watched directory itself
     */
    void handle(Fs fs, int watch, int mask, int cookie, byte[] text, int offset, int length) {
        if ((mask & Inotify.IN_Q_OVERFLOW) != 0) {
            overflows++;
            emit(new Event.EventsLost(-1, "rescan"));
            return;
        }
        WatchedDirectory in = byWatch.get(watch);
        if (in == null) {
            return; // of a directory that has left the tree
        }
        if ((mask & Inotify.IN_IGNORED) != 0) {
            byWatch.remove(watch);
            in.watch(WatchedDirectory.NO_WATCH);
            return;
        }
        boolean directory = (mask & Inotify.IN_ISDIR) != 0;
        if (length == 0) {
            if (in.isRoot() && (mask & Inotify.IN_ATTRIB) != 0) {
                emit(new Event.AttributesChanged(in.path()));
            }
            return;
        }
        if (directory && (mask & (Inotify.IN_CLOSE_NOWRITE | Inotify.IN_CLOSE_WRITE | Inotify.IN_MODIFY)) != 0) {
            return; // listing a directory is no access to a file
        }
        String name = PathText.decode(text, offset, length);
        if (excluded(in, name)) {
            return;
        }
        if (!departures.isEmpty() && (mask & Inotify.IN_MOVED_TO) == 0) {
            settle(in, name);
        }
        switch (mask & ~Inotify.IN_ISDIR) {
            case Inotify.IN_CREATE -> created(fs, in, name, directory);
            case Inotify.IN_DELETE -> deleted(in, name, directory);
            case Inotify.IN_MOVED_FROM -> departed(in, name, cookie, directory);
            case Inotify.IN_MOVED_TO -> arrived(fs, in, name, cookie, directory);
            case Inotify.IN_MODIFY -> modified(in, name);
            case Inotify.IN_CLOSE_WRITE -> closed(in, name);
            case Inotify.IN_CLOSE_NOWRITE -> emit(new Event.FileRead(in.path(name)));
            case Inotify.IN_ATTRIB -> emit(new Event.AttributesChanged(in.path(name)));
            default -> {} // IN_UNMOUNT: the watch goes with it, and IN_IGNORED says so
        }
    }

    private void created(Fs fs, WatchedDirectory in, String name, boolean directory) {
        WatchedEntry known = in.entries().get(name);
        if (known != null && known instanceof WatchedDirectory == directory) {
            return; // the listing of its directory was faster than its event
        }
        forget(in, name);
        arrive(in, name, directory).ifPresent(below -> adopt(fs, below));
    }

    private void deleted(WatchedDirectory in, String name, boolean directory) {
        forget(in, name);
        String path = in.path(name);
        emit(directory ? new Event.DirectoryDeleted(path) : new Event.FileDeleted(path));
    }

    private void departed(WatchedDirectory in, String name, int cookie, boolean directory) {
        Optional<WatchedEntry> entry = Optional.ofNullable(in.entries().remove(name));
        departures.put(cookie, new Departure(in, name, in.path(name), entry, directory));
    }

    private void arrived(Fs fs, WatchedDirectory in, String name, int cookie, boolean directory) {
        Departure departure = departures.remove(cookie);
        settle(in, name);
        if (departure == null) {
            boolean known = in.entries().containsKey(name);
            forget(in, name);
            if (known && !directory) {
                in.entries().put(name, WatchedEntry.File.CLEAN);
                emit(new Event.FileWritten(in.path(name))); // another file took the place of this one
            } else {
                arrive(in, name, directory).ifPresent(below -> adopt(fs, below));
            }
            return;
        }
        if (directory && departure.entry().isEmpty() && in.entries().get(name) instanceof WatchedDirectory) {
            return; // found where it is now, and reported, while its new parent was listed
        }
        forget(in, name);
        emit(new Event.FileRenamed(departure.path(), in.path(name)));
        if (!directory) {
            in.entries().put(name, departure.entry().orElse(WatchedEntry.File.CLEAN));
        } else if (departure.entry().isPresent()
                && departure.entry().get() instanceof WatchedDirectory moved
                && !in.isIn(moved)) {
            moved.move(in, name);
            for (WatchedDirectory below : strayedIn(moved)) {
                adopt(fs, below);
            }
        } else {
            arrive(in, name, true).ifPresent(below -> adopt(fs, below));
        }
    }

    private void modified(WatchedDirectory in, String name) {
        WatchedEntry before = in.entries().replace(name, WatchedEntry.File.WRITING);
        if (before != WatchedEntry.File.WRITING) {
            emit(new Event.FileWritten(in.path(name)));
        }
    }

    private void closed(WatchedDirectory in, String name) {
        WatchedEntry before = in.entries().replace(name, WatchedEntry.File.CLEAN);
        if (before != WatchedEntry.File.WRITING) {
            emit(new Event.FileWritten(in.path(name))); // through a memory map nothing else tells
        }
    }

    private void forget(WatchedDirectory in, String name) {
        WatchedEntry gone = in.entries().remove(name);
        if (gone instanceof WatchedDirectory directory) {
            unwatchAll(directory);
        }
    }

    private void unwatchAll(WatchedDirectory top) {
        Deque<WatchedDirectory> todo = new ArrayDeque<>();
        todo.add(top);
        for (WatchedDirectory next = todo.poll(); next != null; next = todo.poll()) {
            strayed.remove(next);
            if (next.watch() != WatchedDirectory.NO_WATCH) {
                byWatch.remove(next.watch());
                queue.unwatch(next.watch());
                next.watch(WatchedDirectory.NO_WATCH);
            }
            for (WatchedEntry entry : next.entries().values()) {
                if (entry instanceof WatchedDirectory below) {
                    todo.add(below);
                }
            }
        }
    }

    /** Whether names were moved away and it is not known where to. */
    boolean undecided() {
        return !departures.isEmpty();
    }

    /** Whatever was moved away and did not come back has left the tree. */
    void settleAll() {
        for (Departure departure : List.copyOf(departures.values())) {
            left(departure);
        }
        departures.clear();
    }

    /** The same for one name that is about to be used again, so that its end is reported before its new beginning. */
    private void settle(WatchedDirectory in, String name) {
        departures.values().removeIf(departure -> {
            boolean same = departure.from() == in && departure.name().equals(name);
            if (same) {
                left(departure);
            }
            return same;
        });
    }

    private void left(Departure departure) {
        if (!departure.directory()) {
            emit(new Event.FileDeleted(departure.path()));
        } else if (departure.entry().isPresent()) {
            emit(new Event.DirectoryDeleted(departure.path()));
            if (departure.entry().get() instanceof WatchedDirectory directory) {
                unwatchAll(directory);
            }
        }
    }

    // --- repair ---

    /**
     * Compares what is known with what is there, after events were lost or where there is no watch.
     *
     * @param sinceNanos files whose inode changed after this time, in nanoseconds since 1970, count as written
     * @param unwatchedSinceNanos the same for directories without a watch
     */
    void rescan(Fs fs, long sinceNanos, long unwatchedSinceNanos) {
        settleAll();
        rescans++;
        List<WatchedDirectory> missing = new ArrayList<>();
        Deque<WatchedDirectory> todo = new ArrayDeque<>();
        todo.add(root);
        Place place = new Place(fs);
        try {
            for (WatchedDirectory next = todo.poll(); next != null; next = todo.poll()) {
                int descriptor = place.open(next);
                if (descriptor >= 0) {
                    long since = next.watch() == WatchedDirectory.NO_WATCH ? unwatchedSinceNanos : sinceNanos;
                    WatchedDirectory here = rewatch(next, descriptor);
                    here.seenInRescan(rescans);
                    compare(fs, here, descriptor, since, todo, missing);
                }
                Fs.close(descriptor);
            }
        } finally {
            place.close();
        }
        for (WatchedDirectory directory : missing) {
            Optional<WatchedDirectory> parent = directory.parent();
            if (directory.seenInRescan() != rescans
                    && parent.isPresent()
                    && parent.get().entries().get(directory.name()) == directory) {
                emit(new Event.DirectoryDeleted(directory.path()));
                forget(parent.get(), directory.name());
            }
        }
    }

    /** The node that stands for what is at this place now. */
    private WatchedDirectory rewatch(WatchedDirectory expected, int descriptor) {
        int watch = queue.watch(descriptor);
        if (watch >= 0 && watch == expected.watch()) {
            return expected;
        }
        WatchedDirectory known = byWatch.get(watch);
        Optional<WatchedDirectory> parent = expected.parent();
        if (parent.isEmpty() || known != null && parent.get().isIn(known)) {
            return expected;
        }
        if (known != null) {
            String from = known.path();
            forget(parent.get(), expected.name());
            known.move(parent.get(), expected.name());
            emit(new Event.FileRenamed(from, known.path()));
            return known; // what strayed below it is in the rescan's way
        }
        if (expected.watch() != WatchedDirectory.NO_WATCH && watch >= 0) {
            // Another directory under the old name; what was in the old one is gone.
            WatchedDirectory fresh = new WatchedDirectory(parent, expected.name());
            emit(new Event.DirectoryDeleted(expected.path()));
            forget(parent.get(), expected.name());
            parent.get().entries().put(expected.name(), fresh);
            boolean before = fresh.report();
            assert !before;
            emit(new Event.DirectoryCreated(fresh.path()));
            fresh.watch(watch);
            byWatch.put(watch, fresh);
            return fresh;
        }
        if (watch >= 0) {
            strayed.remove(expected);
            expected.watch(watch);
            byWatch.put(watch, expected);
        }
        return expected;
    }

    private void compare(
            Fs fs,
            WatchedDirectory here,
            int descriptor,
            long sinceNanos,
            Deque<WatchedDirectory> todo,
            List<WatchedDirectory> missing) {
        Set<String> there = new HashSet<>();
        for (Fs.Entry entry : list(fs, descriptor)) {
            String name = PathText.decode(entry.name());
            if (excluded(here, name)) {
                continue;
            }
            there.add(name);
            boolean directory = directory(fs, descriptor, entry);
            WatchedEntry known = here.entries().get(name);
            if (known != null && known instanceof WatchedDirectory != directory) {
                deleted(here, name, !directory);
                known = null;
            }
            if (known == null) {
                Optional<WatchedDirectory> below = arrive(here, name, directory);
                if (below.isPresent()) {
                    adopt(fs, below.get());
                    if (here.entries().get(name) instanceof WatchedDirectory found) {
                        found.seenInRescan(rescans);
                        todo.add(found); // it may be one that was moved, with changes below
                    }
                }
            } else if (known instanceof WatchedDirectory below) {
                todo.add(below);
            } else if (fs.stat(descriptor, entry.name()) == 0 && fs.changedNanos() >= sinceNanos) {
                emit(new Event.FileWritten(here.path(name)));
            }
        }
        for (Map.Entry<String, WatchedEntry> known : List.copyOf(here.entries().entrySet())) {
            if (!there.contains(known.getKey())) {
                if (known.getValue() instanceof WatchedDirectory directory) {
                    missing.add(directory); // perhaps it is elsewhere: known when all is looked at
                } else {
                    deleted(here, known.getKey(), false);
                }
            }
        }
    }
}
