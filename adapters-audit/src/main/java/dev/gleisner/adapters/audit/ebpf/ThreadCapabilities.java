package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Capabilities belong to threads: a running JVM can give them up for one thread of its own, not for the others. See
 * docs/adr/0005.
 *
 * @spec https://man7.org/linux/man-pages/man7/capabilities.7.html capabilities(7)
 */
final class ThreadCapabilities {
    private static final int VERSION_3 = 0x20080522;

    private ThreadCapabilities() {}

    /**
     * Gives up all capabilities of the calling thread, for good, and reads back that it has none.
     *
     * @throws IllegalStateException when it still has some
     */
    static void drop() {
        try (Arena arena = Arena.ofConfined()) {
            // struct __user_cap_header_struct: version 0 (4), pid 4 (4); two of struct __user_cap_data_struct: 12 each
            byte[] bytes = new byte[8 + 24];
            Bytes.put32(bytes, 0, VERSION_3);
            MemorySegment room = arena.allocate(bytes.length, 8);
            MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long header = room.address();
            long set = Kernel.raw(SysNr.CAPSET, header, header + 8, 0);
            long read = Kernel.raw(SysNr.CAPGET, header, header + 8, 0);
            MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            int left = 0;
            for (int i = 8; i < bytes.length; i++) {
                left |= bytes[i];
            }
            if (set < 0 || read < 0 || left != 0) {
                throw new IllegalStateException("the reader of the ebpf sensor keeps its capabilities: capset(2) says "
                        + Errno.describe((int) -Math.min(set, read)));
            }
        }
    }
}
