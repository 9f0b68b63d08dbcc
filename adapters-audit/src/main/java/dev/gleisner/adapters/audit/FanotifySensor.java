package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;
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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears of everything that happens on the project's file system and keeps what processes of the session did. Other
 * file systems, such as a tmpfs of the sandbox's own, are not heard of.
 */
final class FanotifySensor implements Sensor {
    static final String NAME = "fanotify";
    static final Set<Sight> SEES = Set.of(Sight.READS, Sight.CHANGES);

    /** How often forks are taken while there is nothing else to do: their queue is not without limit. */
    private static final int FORKS_MILLIS = 50;

    private final boolean projectOnly;
    private final boolean unlimited;
    private @Nullable Fanotify group;
    private @Nullable Forks forks;
    private @Nullable Waiter waiter;
    private @Nullable SensorThread thread;
    private @Nullable FanotifyEvents events;
    private int rootDescriptor = -1;
    private String forksUnheard = "";
    private Instant attachedOn = Instant.EPOCH;

    /**
     * @param projectOnly whether what is not in the project is left out
     * @param unlimited whether the kernel's queue may grow without limit
     */
    FanotifySensor(boolean projectOnly, boolean unlimited) {
        this.projectOnly = projectOnly;
        this.unlimited = unlimited;
    }

    @Override
    public Set<Sight> sees() {
        return SEES;
    }

    @Override
    public void attach(Target target, EventConsumer consumer) throws GleisnerException {
        if (group != null) {
            throw new IllegalStateException("attached twice");
        }
        byte[] path = PathBytes.of(target.projectRoot());
        try (Fs fs = new Fs()) {
            rootDescriptor = fs.openRoot(path, Fs.OPEN_DIRECTORY);
        }
        if (rootDescriptor < 0) {
            throw new GleisnerException.BadInput(
                    "project " + target.projectRoot(),
                    "it cannot be opened: " + Errno.describe(-rootDescriptor),
                    "give the path of a directory that this user can read");
        }
        try {
            Fanotify opened = Fanotify.open(unlimited);
            group = opened;
            int waker = Waiter.openWaker();
            if (waker < 0) {
                throw new SyscallException("eventfd", -waker);
            }
            Waiter waiting = new Waiter(opened.descriptor(), waker);
            waiter = waiting;
            long self = ProcessHandle.current().pid();
            long root = Kinship.rootOf(target.pid(), self);
            Optional<Forks> heard = Optional.empty();
            try {
                Forks listening = Forks.listen();
                forks = listening;
                heard = Optional.of(listening);
            } catch (SyscallException e) {
                forksUnheard = String.valueOf(e.getMessage());
            }
            Optional<Forks> hearing = heard;
            opened.mark(rootDescriptor);
            attachedOn = Instant.now();
            thread = new SensorThread(NAME, waiting, stopping -> {
                try (Kinship kinship = new Kinship(root, self);
                        Fs fs = new Fs()) {
                    SessionPids pids = new SessionPids(
                            target.pid(),
                            kinship::of,
                            () -> hearing.isPresent() && hearing.get().complete());
                    FanotifyEvents found = new FanotifyEvents(
                            NAME,
                            PathText.decode(path),
                            projectOnly,
                            new OnHost(opened, fs, rootDescriptor),
                            pids,
                            consumer);
                    events = found;
                    run(opened, waiting, hearing, pids, found, stopping);
                }
            });
        } catch (SyscallException e) {
            throw new GleisnerException.HostLacks(
                    "fanotify on the file system of " + target.projectRoot(),
                    String.valueOf(e.getMessage()),
                    "choose another sensor with --sensor, such as inotify");
        }
    }

    /** Files of this host. */
    private record OnHost(Fanotify group, Fs fs, int mount) implements FanotifyEvents.Files {
        @Override
        public Optional<byte[]> path(byte[] handle) {
            return group.path(mount, handle);
        }

        @Override
        public boolean exists(String path) {
            byte[] name = PathText.encode(path);
            // No call takes a deeper one; a file there is told as removed and made, whichever came first.
            return name.length < Fs.NAME_ROOM && fs.stat(Fs.AT_FDCWD, name) == 0;
        }
    }

    private static void run(
            Fanotify group,
            Waiter waiting,
            Optional<Forks> forks,
            SessionPids pids,
            FanotifyEvents found,
            BooleanSupplier stopping) {
        FanotifyEvent event = new FanotifyEvent();
        byte[] bytes = new byte[Fanotify.ROOM];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(Fanotify.ROOM, 8);
            while (true) {
                // What happened before finish() was called is in the queue when this is read as true.
                boolean last = stopping.getAsBoolean();
                int got = group.read(room, bytes);
                long now = System.nanoTime();
                // A process is forked before it does anything: what is read now, was forked by now.
                if (forks.isPresent()) {
                    forks.get().drain((parent, child) -> pids.forked(parent, child, now));
                }
                for (int at = 0; at < got; ) {
                    at = event.read(bytes, at, got);
                    found.take(event, now);
                }
                if (got == 0 && last) {
                    return;
                }
                if (got == 0) {
                    waiting.await(forks.isPresent() ? FORKS_MILLIS : -1);
                }
            }
        }
    }

    @Override
    public SensorReport finish() throws GleisnerException {
        SensorThread running = thread;
        if (running == null) {
            throw new IllegalStateException("not attached");
        }
        running.stop();
        running.check();
        FanotifyEvents found = events;
        if (found == null) {
            throw new IllegalStateException("the thread did nothing");
        }
        SortedMap<String, Long> counters = new TreeMap<>();
        counters.put("others", found.others());
        counters.put("unattributed", found.unattributed());
        counters.put("unresolved", found.unresolved());
        counters.put("forksUnheard", forks == null ? 0 : lost(forks));
        return new SensorReport(
                NAME,
                SEES,
                projectOnly
                        ? "files of the project, as far as they are on its file system: what the session's processes"
                                + " opened, changed, created, deleted and renamed"
                        : "files of the project's file system: what the session's processes opened, changed, created,"
                                + " deleted and renamed; not other file systems, such as a tmpfs of the sandbox",
                true,
                attachedOn,
                found.events(),
                Optional.of(found.overflows() + found.unresolved() + found.unattributed()),
                0,
                counters,
                note(found));
    }

    private static long lost(Forks heard) {
        try {
            return heard.drops();
        } catch (SyscallException e) {
            throw new IllegalStateException(e);
        }
    }

    private String note(FanotifyEvents found) {
        StringBuilder note = new StringBuilder("the kernel merges what a process does to a file in quick succession");
        if (found.overflows() > 0) {
            note.append("; the queue overflowed ")
                    .append(found.overflows())
                    .append(" times, how many events that were is not known: at least as many as are counted as lost");
        }
        if (found.unresolved() > 0) {
            note.append("; ")
                    .append(found.unresolved())
                    .append(" events were about directories that were gone before their path was known");
        }
        if (found.unattributed() > 0) {
            note.append("; ")
                    .append(found.unattributed())
                    .append(" events outside of the project came from processes that ended too soon to be told apart");
        }
        if (!forksUnheard.isEmpty()) {
            note.append("; forks could not be heard of: ").append(forksUnheard);
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
        if (forks != null) {
            forks.close();
            forks = null;
        }
        if (group != null) {
            group.close();
            group = null;
        }
        Fs.close(rootDescriptor);
        rootDescriptor = -1;
    }
}
