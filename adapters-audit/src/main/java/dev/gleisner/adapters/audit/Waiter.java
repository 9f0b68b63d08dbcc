package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Waits until a descriptor can be read, or until another thread ends the wait through an eventfd. */
final class Waiter implements AutoCloseable {
    private static final int POLLIN = 1;

    private final int descriptor;
    private final int waker;

    /**
     * @param descriptor what is waited for; the caller closes it
     * @param waker an eventfd of {@link #openWaker}, which this closes
     */
    Waiter(int descriptor, int waker) {
        this.descriptor = descriptor;
        this.waker = waker;
    }

    /** An eventfd's descriptor, or a negated error number. */
    static int openWaker() {
        return (int) Kernel.raw(SysNr.EVENTFD2, 0, Fs.O_NONBLOCK | Fs.O_CLOEXEC, 0);
    }

    /** Makes {@link #await} return now and from now on. */
    void wake() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(8, 8);
            MemorySegment.copy(new byte[] {1}, 0, one, ValueLayout.JAVA_BYTE, 0, 1);
            long result = Kernel.raw(SysNr.WRITE, waker, one.address(), 8);
            assert result == 8 || result == -Errno.EAGAIN : result;
        }
    }

    /** Waits until there is something to read, {@link #wake} was called or the time is over; -1 waits for ever. */
    void await(int timeoutMillis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment polled = arena.allocate(16, 4);
            byte[] request = new byte[16]; // two of struct pollfd: fd (4), events (2), revents (2)
            putInt32(request, 0, descriptor);
            request[4] = POLLIN;
            putInt32(request, 8, waker);
            request[12] = POLLIN;
            MemorySegment.copy(request, 0, polled, ValueLayout.JAVA_BYTE, 0, request.length);
            long result = Kernel.raw(SysNr.POLL, polled.address(), 2, timeoutMillis);
            assert result >= 0 || result == -Errno.EINTR : result;
        }
    }

    /** Writes a little-endian integer of four bytes. */
    static void putInt32(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >> 8 * i);
        }
    }

    @Override
    public void close() {
        Fs.close(waker);
    }
}
