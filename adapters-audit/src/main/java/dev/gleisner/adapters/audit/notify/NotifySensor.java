package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.KernelCalls;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sees system calls before they are made: the kernel stops each one that the sandbox traps until this sensor has looked
 * at it. So it knows attempts, and knows them without rights that an ordinary user does not have. Results it does not
 * know, and what another thread of the same process changes between the look and the call it cannot know either.
 *
 * <p>A call is let through before its event is written, and the next one is not looked at until that is done: nothing is
 * lost, and the command waits when the log is slow. When this sensor fails, the command is killed.
 */
final class NotifySensor implements Sensor {
    static final String NAME = "notify";
    static final Set<Sight> SEES = Set.of(Sight.PROCESSES, Sight.CHANGES, Sight.NETWORK);
    static final Set<Sight> SEES_ALL = Set.of(Sight.PROCESSES, Sight.READS, Sight.CHANGES, Sight.NETWORK);

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_CLOEXEC = 02000000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int EPOLLHUP = 0x10;
    private static final int BATCH = 64;
    private static final int EPOLL_EVENT = 12;
    private static final int SIGKILL = 9;
    private static final int NONE = -1;

    private final boolean full;
    private final Tally tally = new Tally();
    private int listener = NONE;
    private int epoll = NONE;
    private int waker = NONE;
    private int command = NONE;
    private @Nullable Thread reader;
    private @Nullable EventConsumer consumer;
    private Instant attachedOn = Instant.EPOCH;
    private volatile boolean stopping;
    private volatile boolean finishing;
    private volatile @Nullable Throwable failure;

    /** @param full whether every opening of a file is to be seen */
    NotifySensor(boolean full) {
        this.full = full;
    }

    @Override
    public Set<Sight> sees() {
        return full ? SEES_ALL : SEES;
    }

    @Override
    public Traps traps() {
        return full ? Traps.ALL : Traps.CHANGES;
    }

    @Override
    public void attach(Target target, EventConsumer consumer) throws GleisnerException {
        if (reader != null) {
            throw new IllegalStateException("attached twice");
        }
        if (target.listener().isEmpty()) {
            throw new GleisnerException.HostLacks(
                    "seccomp listener", "the sandbox made none", "choose another sensor with --sensor");
        }
        // A descriptor of our own: the sandbox may close its one while we read, and the number may be given out again.
        listener = check(
                "duplicate the seccomp listener",
                Kernel.raw(SysNr.FCNTL, target.listener().getAsInt(), F_DUPFD_CLOEXEC, 3));
        epoll = check("epoll_create1", Kernel.raw(SysNr.EPOLL_CREATE1, O_CLOEXEC, 0, 0));
        waker = check("eventfd2", Kernel.raw(SysNr.EVENTFD2, 0, O_CLOEXEC, 0));
        command = check("pidfd_open", Kernel.raw(SysNr.PIDFD_OPEN, target.pid(), 0, 0));
        try (Arena arena = Arena.ofConfined()) {
            watch(arena, listener);
            watch(arena, waker);
        }
        this.consumer = consumer;
        attachedOn = Instant.now();
        reader = Thread.ofPlatform().name("gleisner-notify").daemon().start(() -> run(consumer));
    }

    private void watch(Arena arena, int descriptor) throws GleisnerException {
        MemorySegment event = arena.allocate(16, 8);
        ByteBuffer view = event.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        view.putInt(0, EPOLLIN);
        view.putLong(4, descriptor);
        int _ = check(
                "epoll_ctl", Kernel.raw(SysNr.EPOLL_CTL, epoll, EPOLL_CTL_ADD, descriptor, event.address(), 0, 0));
    }

    private static int check(String call, long result) throws GleisnerException {
        if (result < 0) {
            throw new GleisnerException.KernelRefused(
                    "attach the notify sensor",
                    call + ": " + Errno.describe((int) -result),
                    (int) -result,
                    "choose another sensor with --sensor",
                    null);
        }
        return (int) result;
    }

    private void run(EventConsumer events) {
        try (KernelCalls calls = new KernelCalls()) {
            Listener asked = new Listener(calls, listener);
            try {
                serve(calls, asked, events);
            } catch (RuntimeException | Error e) {
                failure = e;
                abandon(calls, asked);
            }
        } catch (RuntimeException | Error e) {
            failure = e; // the listener is closed with the sandbox, and until then nothing is answered
            kill();
        }
    }

    private void serve(KernelCalls calls, Listener asked, EventConsumer events) {
        Processes processes = new Processes(calls, epoll, NAME, events, tally);
        Places places = new Places(calls);
        Calls looked = new Calls(calls, asked, new Memory(calls), places, processes, tally, full);
        asked.wakeInPlace();
        MemorySegment batch = calls.arena().allocate(BATCH * (long) EPOLL_EVENT, 8);
        ByteBuffer view = batch.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        try {
            while (true) {
                boolean last = stopping;
                if (last && !finishing) {
                    return; // whoever still waits is let go or killed with the sandbox
                }
                int ready = await(calls, batch, last ? 0 : -1);
                boolean call = false;
                for (int i = 0; i < ready; i++) {
                    int mask = view.getInt(i * EPOLL_EVENT);
                    int descriptor = (int) view.getLong(i * EPOLL_EVENT + 4);
                    if (descriptor == listener) {
                        call = (mask & EPOLLIN) != 0;
                        if (mask == EPOLLHUP) {
                            long _ = calls.raw(SysNr.EPOLL_CTL, epoll, EPOLL_CTL_DEL, listener, batch.address());
                        }
                    } else if (descriptor != waker) {
                        processes.changed(descriptor, mask);
                    }
                }
                if (call) {
                    look(asked, looked, processes, events);
                } else if (last) {
                    break;
                }
            }
            processes.finish();
        } finally {
            processes.close();
            places.close();
        }
    }

    private int await(KernelCalls calls, MemorySegment batch, int timeout) {
        long ready = calls.raw(SysNr.EPOLL_PWAIT, epoll, batch.address(), BATCH, timeout, 0, 8);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new IllegalStateException("epoll_pwait: " + Errno.describe((int) -ready));
        }
        return (int) Math.max(0, ready);
    }

    private void look(Listener asked, Calls looked, Processes processes, EventConsumer events) {
        if (!asked.receive()) {
            tally.gone++;
            return;
        }
        long nanos = System.nanoTime();
        Processes.Seen process = processes.of(asked.thread());
        looked.look(process);
        // When the kernel takes the answer, the thread has waited all the time: its number was no other's when its
        // memory was read. This says what SECCOMP_IOCTL_NOTIF_ID_VALID would, and says it later.
        if (!asked.proceed()) {
            tally.gone++;
            return;
        }
        List<Event> found = looked.events();
        if (found.isEmpty()) {
            return;
        }
        Origin origin =
                looked.errno() == 0 ? process.attempt() : process.origin().failed(looked.errno());
        for (int i = 0; i < found.size(); i++) {
            tally.events++;
            events.accept(origin, nanos, found.get(i));
        }
        if (looked.truncated()) {
            tally.truncated++;
        }
    }

    /** Ends the command; what still waits, or will, is refused until it has died. */
    private void abandon(KernelCalls calls, Listener asked) {
        kill();
        MemorySegment batch = calls.arena().allocate(BATCH * (long) EPOLL_EVENT, 8);
        ByteBuffer view = batch.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        while (!stopping) {
            int ready = await(calls, batch, -1);
            for (int i = 0; i < ready; i++) {
                int mask = view.getInt(i * EPOLL_EVENT);
                int descriptor = (int) view.getLong(i * EPOLL_EVENT + 4);
                if (descriptor == listener && (mask & EPOLLIN) != 0) {
                    if (asked.receive()) {
                        boolean _ = asked.refuse(Errno.ENOSYS);
                    }
                } else if (descriptor != waker) {
                    long _ = calls.raw(SysNr.EPOLL_CTL, epoll, EPOLL_CTL_DEL, descriptor, batch.address());
                }
            }
        }
    }

    private void kill() {
        long _ = Kernel.raw(SysNr.PIDFD_SEND_SIGNAL, command, SIGKILL, 0);
    }

    @Override
    public SensorReport finish() throws GleisnerException {
        if (consumer == null) {
            throw new IllegalStateException("not attached");
        }
        finishing = true;
        stop();
        Throwable broken = failure;
        if (broken != null) {
            throw new GleisnerException.KernelRefused(
                    "notify sensor",
                    "it stopped in the middle of the session, and the command was killed: " + broken,
                    Errno.EIO,
                    "record again; if it happens again, report it with this text",
                    broken);
        }
        return new SensorReport(
                NAME,
                sees(),
                full
                        ? "programs, files opened, changed and removed, mode and owner, connections, addresses and messages"
                        : "programs, files opened to be changed and removed, mode and owner, connections, addresses and"
                                + " messages",
                true,
                attachedOn,
                tally.events,
                Optional.of(tally.forbidden),
                tally.truncated,
                tally.counters(),
                note());
    }

    private String note() {
        StringBuilder note = new StringBuilder(
                "these are attempts: what came of them is not known, but for what is there already, and another thread of"
                        + " the process could still change the arguments; times, extended attributes, the beginning of a process, and"
                        + " accepted connections are not seen");
        if (tally.forbidden > 0) {
            note.append("; ")
                    .append(tally.forbidden)
                    .append(" calls were made by processes that do not let themselves be looked at");
        }
        if (tally.evasions > 0) {
            note.append("; ")
                    .append(tally.evasions)
                    .append(" times io_uring or a file handle was asked for: what goes that way is not seen");
        }
        return note.toString();
    }

    private void stop() {
        stopping = true;
        Thread thread = reader;
        if (thread == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(8, 8);
            one.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
            long _ = Kernel.raw(SysNr.WRITE, waker, one.address(), 8);
        }
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true; // its descriptors are ours: it cannot be left behind
            }
        }
        reader = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        listener = closed(listener);
        epoll = closed(epoll);
        waker = closed(waker);
        command = closed(command);
    }

    private static int closed(int descriptor) {
        if (descriptor != NONE) {
            long _ = Kernel.raw(SysNr.CLOSE, descriptor, 0, 0);
        }
        return NONE;
    }
}
