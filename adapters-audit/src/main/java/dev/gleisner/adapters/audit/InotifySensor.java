package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches a project tree with inotify. Sees what anybody does to it, inside the sandbox and outside: a bind mount shows
 * the same inodes. Reading a file's digest while attached is an access like any other, so snapshots are hashed before
 * {@link #attach} or after {@link #finish}.
 */
final class InotifySensor implements Sensor {
    static final String NAME = "inotify";
    static final Set<Sight> SEES = Set.of(Sight.READS, Sight.CHANGES);

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Inode times come from a coarser clock than ours. */
    private static final long CLOCK_SLACK_MILLIS = 1000;

    /** How long the second half of a rename may come after the first. */
    private static final int RENAME_MILLIS = 10;

    private @Nullable Inotify queue;
    private @Nullable WatchedTree tree;
    private @Nullable Waiter waiter;
    private @Nullable SensorThread thread;
    private int rootDescriptor = -1;
    private long attachedMillis;
    private long drainedMillis;

    @Override
    public Set<Sight> sees() {
        return SEES;
    }

    @Override
    public void attach(Target target, EventConsumer consumer) throws GleisnerException {
        if (queue != null) {
            throw new IllegalStateException("attached twice");
        }
        attachedMillis = System.currentTimeMillis();
        drainedMillis = attachedMillis;
        int descriptor = Inotify.open();
        if (descriptor < 0) {
            throw new GleisnerException.HostLacks(
                    "inotify",
                    Errno.describe(-descriptor),
                    descriptor == -Errno.EMFILE ? Inotify.MORE_INSTANCES : "choose another sensor with --sensor");
        }
        Inotify opened = new Inotify(descriptor);
        queue = opened;
        int waker = Waiter.openWaker();
        if (waker < 0) {
            throw new GleisnerException.HostLacks(
                    "eventfd", Errno.describe(-waker), "raise the limit of open files (ulimit -n)");
        }
        Waiter waiting = new Waiter(descriptor, waker);
        waiter = waiting;
        byte[] path = PathBytes.of(target.projectRoot());
        try (Fs fs = new Fs()) {
            rootDescriptor = fs.openRoot(path, Fs.O_PATH);
            if (rootDescriptor < 0) {
                throw new GleisnerException.BadInput(
                        "project " + target.projectRoot(),
                        "it cannot be opened: " + Errno.describe(-rootDescriptor),
                        "give the path of a directory that this user can read");
            }
            WatchedTree watched = new WatchedTree(opened, consumer, rootDescriptor, PathText.decode(path));
            watched.watchAll(fs, target.projectRoot());
            tree = watched;
            thread = new SensorThread(NAME, waiting, stopping -> run(opened, waiting, watched, stopping));
        }
    }

    private void run(Inotify events, Waiter waiting, WatchedTree watched, BooleanSupplier stopping) {
        try (Fs fs = new Fs();
                Arena arena = Arena.ofConfined()) {
            drain(fs, arena.allocate(Inotify.ROOM, 8), events, waiting, watched, stopping);
        }
    }

    private void drain(
            Fs fs, MemorySegment room, Inotify events, Waiter waiting, WatchedTree watched, BooleanSupplier stopping) {
        byte[] bytes = new byte[Inotify.ROOM];
        long repaired = 0;
        while (true) {
            // What happened before finish() was called is in the queue when this is read as true.
            boolean last = stopping.getAsBoolean();
            int got = events.read(room, bytes);
            if (got > 0) {
                decode(fs, bytes, got, watched);
                continue;
            }
            if (watched.overflows() > repaired) {
                repaired = watched.overflows();
                repair(fs, watched);
                continue;
            }
            drainedMillis = System.currentTimeMillis();
            if (last) {
                watched.settleAll();
                if (watched.unwatched() > 0 || watched.hasStrays()) {
                    repair(fs, watched);
                }
                return;
            }
            if (watched.undecided()) {
                waiting.await(RENAME_MILLIS);
                got = events.read(room, bytes);
                if (got > 0) {
                    decode(fs, bytes, got, watched);
                } else {
                    watched.settleAll();
                }
            } else {
                waiting.await(-1);
            }
        }
    }

    private void repair(Fs fs, WatchedTree watched) {
        watched.rescan(
                fs,
                (drainedMillis - CLOCK_SLACK_MILLIS) * NANOS_PER_MILLI,
                (attachedMillis - CLOCK_SLACK_MILLIS) * NANOS_PER_MILLI);
    }

    // struct inotify_event: wd (4), mask (4), cookie (4), len (4), name padded with NUL to len
    private static void decode(Fs fs, byte[] bytes, int length, WatchedTree watched) {
        for (int at = 0; at < length; ) {
            int room = Fs.int32(bytes, at + 12);
            int nameLength = room;
            while (nameLength > 0 && bytes[at + 15 + nameLength] == 0) {
                nameLength--;
            }
            watched.handle(
                    fs,
                    Fs.int32(bytes, at),
                    Fs.int32(bytes, at + 4),
                    Fs.int32(bytes, at + 8),
                    bytes,
                    at + 16,
                    nameLength);
            at += 16 + room;
        }
    }

    @Override
    public SensorReport finish() throws GleisnerException {
        WatchedTree watched = tree;
        SensorThread running = thread;
        if (watched == null || running == null) {
            throw new IllegalStateException("not attached");
        }
        running.stop();
        running.check();
        return new SensorReport(
                NAME,
                SEES,
                "files of the project: opened for reading, written, created, deleted, renamed",
                true,
                Instant.ofEpochMilli(attachedMillis),
                watched.events(),
                Optional.of(watched.overflows() + watched.unwatched()),
                0,
                new TreeMap<>(),
                note(watched));
    }

    private static String note(WatchedTree watched) {
        StringBuilder note = new StringBuilder("the kernel does not say which process it was");
        if (watched.overflows() > 0) {
            note.append("; the queue overflowed ")
                    .append(watched.overflows())
                    .append(" times, how many events that were is not known: what changed meanwhile was found by"
                            + " comparing the tree, what was only read was not");
        }
        if (watched.unwatched() > 0) {
            note.append("; ")
                    .append(watched.unwatched())
                    .append(" directories came to be for which there was no watch left: what changed there was found by"
                            + " comparing the tree, what was only read was not");
        }
        if (watched.unreadable() > 0) {
            note.append("; ").append(watched.unreadable()).append(" directories could not be read by this user");
        }
        return note.toString();
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.stop();
            thread = null;
        }
        if (waiter != null) {
            waiter.close();
            waiter = null;
        }
        if (queue != null) {
            queue.close();
            queue = null;
        }
        Fs.close(rootDescriptor);
        rootDescriptor = -1;
    }
}
