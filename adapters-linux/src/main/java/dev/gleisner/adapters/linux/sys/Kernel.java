package dev.gleisner.adapters.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * System calls by number through {@code syscall(2)}: one shape for all, because linking a shape is what costs in a
 * cold process (tens of milliseconds), not calling it (ten nanoseconds).
 *
 * @spec https://man7.org/linux/man-pages/man2/syscall.2.html syscall(2)
 */
public final class Kernel {
    static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    static final MethodHandle SYSCALL = function("syscall");

    private Kernel() {}

    /** A function of the C library in the one shape of this class; see {@link Libc}. */
    static MethodHandle function(String symbol) {
        return function(Linker.nativeLinker().defaultLookup().findOrThrow(symbol));
    }

    /** A function at an address; see {@link NativeLibrary}. */
    @SuppressWarnings("restricted")
    static MethodHandle function(MemorySegment address) {
        return Linker.nativeLinker()
                .downcallHandle(
                        address,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_LONG),
                        Linker.Option.captureCallState("errno"),
                        Linker.Option.firstVariadicArg(1));
    }

    /**
     * Links the call now instead of at first use; for a thread that has time while another has work.
     */
    public static void warmUp() {
        long result = raw(SysNr.GETPID, 0, 0, 0, 0, 0, 0);
        assert result > 0;
    }

    /**
     * Makes a system call; pointers are {@link MemorySegment#address} of segments whose arena is still open.
     *
     * @return the result, or the negated error number as the kernel itself returns it: never -1 for "see errno"
     */
    public static long raw(long number, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE); // errno of this call, this thread
            long result = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable bug) {
            throw new AssertionError("wrong signature in the binding of syscall(2)", bug);
        }
    }

    /** Calls a function of the C library; its result as it is. */
    static long invoke(MethodHandle function, long a, long b, long c, long d, long e, long f) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            return (long) function.invokeExact(state, a, b, c, d, e, f, 0L);
        } catch (Throwable bug) {
            throw new AssertionError("wrong signature in the binding of a C function", bug);
        }
    }

    /** Calls a function that returns a pointer; when that is NULL, the negated error number. */
    static long invokePointer(MethodHandle function, long a, long b, long c) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long result = (long) function.invokeExact(state, a, b, c, 0L, 0L, 0L, 0L);
            return result == 0 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable bug) {
            throw new AssertionError("wrong signature in the binding of a C function", bug);
        }
    }

    /** {@link #raw} for up to three arguments. */
    public static long raw(long number, long a, long b, long c) {
        return raw(number, a, b, c, 0, 0, 0);
    }

    /**
     * Makes a system call that has to succeed.
     *
     * @param what the call in words, for the error
     * @throws SyscallException when it fails; EINTR is retried
     */
    public static long call(String what, long number, long a, long b, long c, long d, long e, long f)
            throws SyscallException {
        while (true) {
            long result = raw(number, a, b, c, d, e, f);
            if (result >= 0) {
                return result;
            }
            if (result != -Errno.EINTR) {
                throw new SyscallException(what, (int) -result);
            }
        }
    }

    /** {@link #call} for up to three arguments. */
    public static long call(String what, long number, long a, long b, long c) throws SyscallException {
        return call(what, number, a, b, c, 0, 0, 0);
    }

    /** A C string in {@code arena}; the bytes are what the file system gets. */
    public static MemorySegment cString(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    /** A C string in {@code arena}, in UTF-8. */
    public static MemorySegment cString(Arena arena, String text) {
        return cString(arena, text.getBytes(StandardCharsets.UTF_8));
    }
}
