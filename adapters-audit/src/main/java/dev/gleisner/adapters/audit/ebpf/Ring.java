package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.ports.GleisnerException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The reader's side of a BPF ring buffer: its memory is shared with the kernel, so reading needs no system call. One
 * thread reads; {@link #wake} may be called by any.
 *
 * <p>Layout: a page with the consumer's position, a page with the producer's, and the data twice in a row, so that a
 * record that goes over the end lies in one piece. Every record has a header of 8 bytes, of which the first four are its
 * length and two flags, and is padded to 8 bytes.
 *
 * @spec https://docs.kernel.org/bpf/ringbuf.html BPF ring buffer
 */
final class Ring implements AutoCloseable {
    /** Takes one record. */
    @FunctionalInterface
    interface Taker {
        /** The record is in {@code bytes}, from 0 on; the array is used again for the next one. */
        void take(byte[] bytes, int length);
    }

    private static final VarHandle POSITION = ValueLayout.JAVA_LONG.varHandle();
    private static final long PAGE = 4096;
    static final int HEADER = 8;
    static final int BUSY = 1 << 31;
    static final int DISCARDED = 1 << 30;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_SHARED = 1;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLLIN = 1;
    private static final int EPOLLET = 1 << 31;
    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;

    /** Space is given back to the kernel after this many bytes, not after each record. */
    private static final long BATCH = 64 * 1024;

    private final int waker;
    private final int poller;
    private final long mask;
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private byte[] record = new byte[8192];
    private boolean closed;

    private Ring(int waker, int poller, long size, MemorySegment consumer, MemorySegment producer) {
        this.waker = waker;
        this.poller = poller;
        this.mask = size - 1;
        this.consumer = consumer;
        this.producer = producer;
        this.data = producer.asSlice(PAGE);
    }

    /**
     * Maps a ring.
     *
     * @param map its descriptor, which stays the caller's
     * @param size of its data, in bytes
     */
    static Ring open(int map, long size) throws GleisnerException {
        int waker = (int) Kernel.raw(SysNr.EVENTFD2, 0, NONBLOCK | CLOEXEC, 0);
        int poller = (int) Kernel.raw(SysNr.EPOLL_CREATE1, CLOEXEC, 0, 0);
        long consumer = mapped(map, PAGE, PROT_READ | PROT_WRITE, 0);
        long producer = mapped(map, PAGE + 2 * size, PROT_READ, PAGE);
        int added = watch(poller, waker, EPOLLIN);
        // Edge-triggered: a ring that merely is not empty wakes nobody, only the programs' own call does.
        int addedRing = watch(poller, map, EPOLLIN | EPOLLET);
        long worst =
                Math.min(Math.min(waker, poller), Math.min(Math.min(consumer, producer), Math.min(added, addedRing)));
        if (worst < 0) {
            close(waker, poller, consumer, producer, size);
            throw new GleisnerException.KernelRefused(
                    "map the ring of the ebpf sensor",
                    Errno.describe((int) -worst),
                    (int) -worst,
                    "take a smaller ring, such as --sensor ebpf=ring:4M, or raise the limit of open files (ulimit -n)",
                    null);
        }
        return new Ring(waker, poller, size, segment(consumer, PAGE), segment(producer, PAGE + 2 * size));
    }

    // struct epoll_event: events 0 (4), data 4 (8); packed
    private static int watch(int poller, int descriptor, int events) {
        try (Arena local = Arena.ofConfined()) {
            byte[] event = new byte[12];
            Bytes.put32(event, 0, events);
            MemorySegment room = local.allocate(16, 8);
            MemorySegment.copy(event, 0, room, ValueLayout.JAVA_BYTE, 0, event.length);
            return (int) Kernel.raw(SysNr.EPOLL_CTL, poller, EPOLL_CTL_ADD, descriptor, room.address(), 0, 0);
        }
    }

    private static long mapped(int map, long length, int protection, long offset) {
        return Kernel.raw(SysNr.MMAP, 0, length, protection, MAP_SHARED, map, offset);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment segment(long address, long length) {
        return MemorySegment.ofAddress(address).reinterpret(length);
    }

    /** Gives every record that is complete to {@code taker}; how many. */
    long drain(Taker taker) {
        long taken = 0;
        long position = (long) POSITION.get(consumer, 0L);
        long released = position;
        try {
            while (position < (long) POSITION.getAcquire(producer, 0L)) {
                int header = (int) (long) POSITION.getAcquire(data, position & mask);
                if ((header & BUSY) != 0) {
                    break; // being written: what comes after has to wait, or the order would be lost
                }
                int length = header & ~(BUSY | DISCARDED);
                if ((header & DISCARDED) == 0) {
                    if (length > record.length) {
                        record = new byte[length];
                    }
                    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, (position & mask) + HEADER, record, 0, length);
                    taker.take(record, length);
                    taken++;
                }
                position += HEADER + (length + 7 & ~7);
                if (position - released >= BATCH) {
                    POSITION.setRelease(consumer, 0L, position);
                    released = position;
                }
            }
        } finally {
            POSITION.setRelease(consumer, 0L, position);
        }
        return taken;
    }

    /** Waits until a good part of the ring is full, {@link #wake} was called, or the time is over. */
    void await(int timeoutMillis) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment ready = local.allocate(32, 8);
            long result = Kernel.raw(SysNr.EPOLL_PWAIT, poller, ready.address(), 2, timeoutMillis, 0, 8);
            assert result >= 0 || result == -Errno.EINTR : result;
        }
    }

    /** Makes {@link #await} return now and from now on. */
    void wake() {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment one = local.allocate(8, 8);
            MemorySegment.copy(new byte[] {1}, 0, one, ValueLayout.JAVA_BYTE, 0, 1);
            long result = Kernel.raw(SysNr.WRITE, waker, one.address(), 8);
            assert result == 8 || result == -Errno.EAGAIN : result;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            close(waker, poller, consumer.address(), producer.address(), mask + 1);
        }
    }

    private static void close(int waker, int poller, long consumer, long producer, long size) {
        if (consumer > 0) {
            long _ = Kernel.raw(SysNr.MUNMAP, consumer, PAGE, 0);
        }
        if (producer > 0) {
            long _ = Kernel.raw(SysNr.MUNMAP, producer, PAGE + 2 * size, 0);
        }
        if (poller >= 0) {
            long _ = Kernel.raw(SysNr.CLOSE, poller, 0, 0);
        }
        if (waker >= 0) {
            long _ = Kernel.raw(SysNr.CLOSE, waker, 0, 0);
        }
    }
}
