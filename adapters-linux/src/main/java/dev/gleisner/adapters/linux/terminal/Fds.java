package dev.gleisner.adapters.linux.terminal;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Waiting for, reading and writing descriptors, for one thread; the memory is made once and used again. */
final class Fds implements AutoCloseable {
    static final int EINTR = Errno.EINTR;
    static final short POLLIN = 1;
    static final short POLLOUT = 4;
    static final int FOREVER = -1;

    private static final int EVENTFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment polls = arena.allocate(8L * 4, 4);
    private int count;

    /** Memory that lives as long as this. */
    MemorySegment allocate(int bytes) {
        return arena.allocate(bytes, 16);
    }

    /** Forgets what is waited for. */
    void clear() {
        count = 0;
    }

    /** Waits for that, too; an {@code fd} below 0 is never ready. The answer is the place for {@link #ready}. */
    int add(int fd, short events) {
        long at = 8L * count;
        polls.set(ValueLayout.JAVA_INT, at, fd);
        polls.set(ValueLayout.JAVA_SHORT, at + 4, events);
        polls.set(ValueLayout.JAVA_SHORT, at + 6, (short) 0);
        return count++;
    }

    /** Waits until one of them is ready, hung up or broken, or the time is over. */
    void await(int timeoutMillis) throws SyscallException {
        long result = Kernel.raw(SysNr.POLL, polls.address(), count, timeoutMillis);
        if (result < 0 && result != -Errno.EINTR) {
            throw new SyscallException("poll", (int) -result);
        }
        if (result < 0) {
            for (int each = 0; each < count; each++) {
                polls.set(ValueLayout.JAVA_SHORT, 8L * each + 6, (short) 0);
            }
        }
    }

    /** What happened to that one, hang-ups and errors included; 0 for nothing. */
    int ready(int place) {
        return polls.get(ValueLayout.JAVA_SHORT, 8L * place + 6);
    }

    /** read(2): bytes, 0 at the end, or a negated error number. */
    static long read(int fd, MemorySegment buffer) {
        long result;
        do {
            result = Kernel.raw(SysNr.READ, fd, buffer.address(), buffer.byteSize());
        } while (result == -Errno.EINTR);
        return result;
    }

    /** write(2): bytes or a negated error number. */
    static long write(int fd, MemorySegment buffer, long from, long to) {
        long result;
        do {
            result = Kernel.raw(SysNr.WRITE, fd, buffer.address() + from, to - from);
        } while (result == -Errno.EINTR);
        return result;
    }

    static void close(int fd) {
        long unused = Kernel.raw(SysNr.CLOSE, fd, 0, 0);
        assert unused <= 0;
    }

    /** A descriptor that another thread makes ready with {@link #wake}. */
    static int wakeable() throws SyscallException {
        return (int) Kernel.call("eventfd", SysNr.EVENTFD2, 0, EVENTFD_CLOEXEC_NONBLOCK, 0);
    }

    static void wake(int eventfd) {
        try (Arena arena = Arena.ofConfined()) {
            long unused = Kernel.raw(
                    SysNr.WRITE,
                    eventfd,
                    arena.allocateFrom(ValueLayout.JAVA_LONG, 1).address(),
                    8);
            assert unused == 8 || unused == -Errno.EAGAIN;
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
