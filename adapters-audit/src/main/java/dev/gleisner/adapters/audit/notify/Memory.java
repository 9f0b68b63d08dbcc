package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.KernelCalls;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory of a process that waits in a system call. Reads page by page: a string may end where the mapping does.
 * What is read may be changed by another thread of that process at any time.
 *
 * @spec https://man7.org/linux/man-pages/man2/process_vm_readv.2.html process_vm_readv(2)
 */
final class Memory {
    private static final int PAGE = 4096;

    private final KernelCalls calls;
    private final MemorySegment room;
    private final ByteBuffer page;
    private final MemorySegment vectors;
    private final ByteBuffer vector;
    private final byte[] bytes = new byte[PAGE];
    private int thread;
    private long start;
    private int length;

    Memory(KernelCalls calls) {
        this.calls = calls;
        room = calls.arena().allocate(PAGE, 8);
        page = room.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        vectors = calls.arena().allocate(32, 8);
        vector = vectors.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What follows is about that thread, as it is now. */
    void look(int atThread) {
        thread = atThread;
        length = 0;
    }

    /** Makes sure that the byte at {@code address} is here; 0, or a negated error number. */
    private int fetch(long address) {
        if (address >= start && address < start + length) {
            return 0;
        }
        int size = PAGE - (int) (address & PAGE - 1);
        vector.putLong(0, room.address());
        vector.putLong(8, size);
        vector.putLong(16, address);
        vector.putLong(24, size);
        long got = calls.raw(SysNr.PROCESS_VM_READV, thread, vectors.address(), 1, vectors.address() + 16, 1, 0);
        if (got <= 0) {
            length = 0;
            return got == 0 ? -Errno.EFAULT : (int) got;
        }
        start = address;
        length = (int) got;
        page.get(0, bytes, 0, length);
        return 0;
    }

    /**
     * Reads a string that ends with NUL.
     *
     * @param into gets the bytes before the NUL, from {@code at} on
     * @param most how many these may be
     * @return how many these are; {@code most + 1} when there are more; or a negated error number
     */
    int string(long address, byte[] into, int at, int most) {
        int found = 0;
        while (true) {
            int failed = fetch(address + found);
            if (failed < 0) {
                return failed;
            }
            int from = (int) (address + found - start);
            int stop = from;
            int end = Math.min(length, from + most - found + 1);
            while (stop < end && bytes[stop] != 0) {
                stop++;
            }
            int size = Math.min(stop - from, most - found);
            System.arraycopy(bytes, from, into, at + found, size);
            found += size;
            if (stop < end) {
                return found;
            }
            if (found == most) {
                return most + 1;
            }
        }
    }

    /** Reads {@code size} bytes to the beginning of {@code into}; 0, or a negated error number. */
    int read(long address, byte[] into, int size) {
        for (int got = 0; got < size; ) {
            int failed = fetch(address + got);
            if (failed < 0) {
                return failed;
            }
            int from = (int) (address + got - start);
            int part = Math.min(length - from, size - got);
            System.arraycopy(bytes, from, into, got, part);
            got += part;
        }
        return 0;
    }
}
