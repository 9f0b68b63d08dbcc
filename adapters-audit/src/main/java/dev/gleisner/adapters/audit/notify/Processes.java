package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.KernelCalls;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.ports.EventConsumer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The processes that were seen, by the numbers of their threads. A pidfd for each tells when it has ended, so that a
 * number that is given out again is not taken for the old process.
 *
 * @spec https://man7.org/linux/man-pages/man2/pidfd_open.2.html pidfd_open(2)
 */
final class Processes {
    /** A process. */
    static final class Seen {
        private final int pid;
        private final Origin origin;
        private final Origin attempt;
        private final int pidfd;
        private boolean ended;
        private final List<Integer> threads = new ArrayList<>(1);

        private Seen(int pid, Origin origin, int pidfd) {
            this.pid = pid;
            this.origin = origin;
            this.attempt = origin.failed(Origin.UNKNOWN);
            this.pidfd = pidfd;
        }

        /** Its number. */
        int pid() {
            return pid;
        }

        /** Of what it tries, as far as is known. */
        Origin attempt() {
            return attempt;
        }

        /** Of what became of it. */
        Origin origin() {
            return origin;
        }

        /** A descriptor of it; negative when there is none. */
        int pidfd() {
            return pidfd;
        }
    }

    /** So many are watched at a time, and no more than half of our descriptors: each takes one. */
    private static final int MOST_WATCHED = 4096;

    /** So many have ended without being taken off the process table before we believe that we shall not be told. */
    private static final int MOST_WAITED_FOR = 256;

    private static final int RLIMIT_NOFILE = 7;

    /** So many threads of one process are remembered at a time. */
    private static final int MOST_THREADS = 1024;

    private static final long PIDFD_GET_INFO = 0xc040ff0bL;
    private static final int INFO = 64;
    private static final int INFO_EXIT = 8;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLLIN = 1;
    private static final int EPOLLHUP = 0x10;
    private static final int EPOLLET = 1 << 31;
    private static final int TEXT = 4096;
    private static final long MICROS_PER_TICK = 10_000;
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 02000000;

    private final KernelCalls calls;
    private final int epoll;
    private final String source;
    private final EventConsumer consumer;
    private final Tally tally;
    private final Map<Integer, Seen> byThread = new HashMap<>();
    private final Map<Integer, Seen> byDescriptor = new HashMap<>();
    private final MemorySegment info;
    private final ByteBuffer infoView;
    private final MemorySegment text;
    private final byte[] textBytes = new byte[TEXT];
    private final MemorySegment poll;
    private final ByteBuffer pollView;
    private final MemorySegment path;
    private final int most;
    private boolean told;
    private int waitedFor;

    Processes(KernelCalls calls, int epoll, String source, EventConsumer consumer, Tally tally) {
        this.calls = calls;
        this.epoll = epoll;
        this.source = source;
        this.consumer = consumer;
        this.tally = tally;
        info = calls.arena().allocate(INFO, 8);
        infoView = info.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        text = calls.arena().allocate(TEXT);
        poll = calls.arena().allocate(16, 8);
        pollView = poll.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        path = calls.arena().allocate(64);
        // struct rlimit: soft and hard limit
        long limited = calls.raw(SysNr.PRLIMIT64, 0, RLIMIT_NOFILE, 0, poll.address());
        long soft = limited < 0 ? 0 : pollView.getLong(0);
        most = soft < 0 ? MOST_WATCHED : (int) Math.min(MOST_WATCHED, soft / 2);
    }

    /** The process that this thread, which waits in a call, belongs to. */
    Seen of(int thread) {
        Seen known = byThread.get(thread);
        if (known != null && (known.pid == thread || isThreadOf(known.pid, thread))) {
            return known;
        }
        // Only the first thread of a process can be opened this way.
        int pidfd = open(thread);
        if (pidfd >= 0 || pidfd == -Errno.EMFILE) {
            return meet(thread, pidfd);
        }
        int pid = group(thread);
        Seen leader = byThread.get(pid);
        Seen process = leader == null ? meet(pid, open(pid)) : leader;
        if (process.pidfd >= 0) {
            if (process.threads.size() >= MOST_THREADS) {
                forget(process);
            }
            byThread.put(thread, process);
            process.threads.add(thread);
        }
        return process;
    }

    private int open(int pid) {
        return byDescriptor.size() < most ? (int) calls.raw(SysNr.PIDFD_OPEN, pid, 0, 0) : -Errno.EMFILE;
    }

    private void forget(Seen process) {
        for (Integer thread : process.threads) {
            byThread.remove(thread, process);
        }
        process.threads.clear();
    }

    private boolean isThreadOf(int pid, int thread) {
        return calls.raw(SysNr.TGKILL, pid, thread, 0) != -Errno.ESRCH;
    }

    private Seen meet(int pid, int opened) {
        int pidfd = opened;
        long start = startMicros(pid);
        if (pidfd >= 0) {
            pollView.putInt(0, EPOLLIN | EPOLLET);
            pollView.putLong(4, pidfd);
            long added = calls.raw(SysNr.EPOLL_CTL, epoll, EPOLL_CTL_ADD, pidfd, poll.address());
            if (added < 0) {
                long _ = calls.raw(SysNr.CLOSE, pidfd, 0, 0);
                pidfd = (int) added;
            }
        }
        Seen met = new Seen(pid, new Origin(source, pid, start, 0), pidfd);
        if (pidfd < 0) {
            tally.unwatched++;
            return met;
        }
        byThread.put(pid, met);
        met.threads.add(pid);
        byDescriptor.put(pidfd, met);
        return met;
    }

    /** Its parent, as the host numbers it; 0 when not known. */
    long parent(Seen process) {
        if (process.pidfd >= 0 && info(process.pidfd)) {
            return Integer.toUnsignedLong(infoView.getInt(24));
        }
        int length = readProc(process.pid, "/stat");
        int at = afterName(length);
        return at < 0 ? 0 : field(at, length, 2);
    }

    private boolean info(int pidfd) {
        infoView.putLong(0, INFO_EXIT);
        return calls.raw(SysNr.IOCTL, pidfd, PIDFD_GET_INFO, info.address()) == 0;
    }

    /** The event mask of a pidfd changed. */
    void changed(int pidfd, int events) {
        Seen process = byDescriptor.get(pidfd);
        if (process == null) {
            return;
        }
        forget(process);
        if ((events & EPOLLHUP) != 0) {
            told = true;
            ended(process);
            return;
        }
        process.ended = true;
        waitedFor++;
        if (!told && waitedFor > MOST_WAITED_FOR) { // before Linux 6.15 nothing tells when it is reaped
            for (Seen each : List.copyOf(byDescriptor.values())) {
                if (each.ended) {
                    ended(each);
                }
            }
            waitedFor = 0;
        }
    }

    /** Every process has ended and been taken off the process table. */
    void finish() {
        for (Seen each : List.copyOf(byDescriptor.values())) {
            ended(each);
        }
    }

    private void ended(Seen process) {
        byDescriptor.remove(process.pidfd);
        boolean known = info(process.pidfd) && (infoView.getLong(0) & INFO_EXIT) != 0;
        long _ = calls.raw(SysNr.CLOSE, process.pidfd, 0, 0);
        if (known) {
            int status = infoView.getInt(60);
            int signal = status & 0x7f;
            tally.events++;
            consumer.accept(
                    process.origin,
                    System.nanoTime(),
                    new Event.ProcessExit(signal == 0 ? new Exit.Code(status >> 8 & 0xff) : new Exit.Signal(signal)));
        } else {
            tally.unwatched++;
        }
    }

    /** Closes what is open. */
    void close() {
        for (Seen each : byDescriptor.values()) {
            long _ = calls.raw(SysNr.CLOSE, each.pidfd, 0, 0);
        }
        byDescriptor.clear();
    }

    // ---- /proc

    private int group(int thread) {
        int length = readProc(thread, "/status");
        int at = find("\nTgid:\t", length);
        return at < 0 ? thread : (int) number(at, length);
    }

    private long startMicros(int pid) {
        int length = readProc(pid, "/stat");
        int at = afterName(length);
        return at < 0 ? 0 : field(at, length, 20) * MICROS_PER_TICK;
    }

    /** Where the fields behind the program's name begin; the name may hold anything. */
    private int afterName(int length) {
        for (int at = length - 2; at > 0; at--) {
            if (textBytes[at] == ')') {
                return at + 2;
            }
        }
        return -1;
    }

    private long field(int from, int length, int index) {
        int at = from;
        for (int i = 1; i < index && at < length; at++) {
            if (textBytes[at] == ' ') {
                i++;
            }
        }
        return number(at, length);
    }

    private long number(int from, int length) {
        long value = 0;
        for (int at = from; at < length && textBytes[at] >= '0' && textBytes[at] <= '9'; at++) {
            value = 10 * value + textBytes[at] - '0';
        }
        return value;
    }

    private int find(String word, int length) {
        for (int at = 0; at + word.length() <= length; at++) {
            int i = 0;
            while (i < word.length() && textBytes[at + i] == word.charAt(i)) {
                i++;
            }
            if (i == word.length()) {
                return at + i;
            }
        }
        return -1;
    }

    private int readProc(int pid, String file) {
        byte[] name = ("/proc/" + pid + file + "\0").getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(name, 0, path, ValueLayout.JAVA_BYTE, 0, name.length);
        int fd = (int) calls.raw(SysNr.OPENAT, AT_FDCWD, path.address(), O_CLOEXEC);
        if (fd < 0) {
            return 0;
        }
        int length = (int) calls.raw(SysNr.READ, fd, text.address(), TEXT);
        long _ = calls.raw(SysNr.CLOSE, fd, 0, 0);
        if (length <= 0) {
            return 0;
        }
        MemorySegment.copy(text, ValueLayout.JAVA_BYTE, 0, textBytes, 0, length);
        return length;
    }
}
