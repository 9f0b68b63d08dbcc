package dev.gleisner.adapters.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The system calls of one thread: the same as {@link Kernel#raw}, without a new object for each. Belongs to the thread
 * that makes it.
 */
public final class KernelCalls implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment state = arena.allocate(Kernel.CALL_STATE);

    /** For the calling thread. */
    public KernelCalls() {}

    /** Memory that lives as long as this does. */
    public Arena arena() {
        return arena;
    }

    /** {@link Kernel#raw}. */
    public long raw(long number, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) Kernel.SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
            return result == -1 ? -(int) Kernel.ERRNO.get(state, 0L) : result;
        } catch (Throwable bug) {
            throw new AssertionError("wrong signature in the binding of syscall(2)", bug);
        }
    }

    /** {@link #raw} for up to three arguments. */
    public long raw(long number, long a, long b, long c) {
        return raw(number, a, b, c, 0, 0, 0);
    }

    /** {@link #raw} for four arguments. */
    public long raw(long number, long a, long b, long c, long d) {
        return raw(number, a, b, c, d, 0, 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
