package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The bpf(2) commands that we make without libbpf. Results are the kernel's: negated error numbers.
 *
 * @spec https://man7.org/linux/man-pages/man2/bpf.2.html bpf(2)
 */
final class Bpf {
    static final int MAP_LOOKUP_ELEM = 1;
    static final int MAP_UPDATE_ELEM = 2;
    static final int PROG_LOAD = 5;
    static final int PROG_TYPE_RAW_TRACEPOINT = 17;

    private static final int ATTR_BYTES = 144;

    private Bpf() {}

    /** Copies the value of {@code key} into {@code value}. */
    static int lookup(int map, int key, byte[] value) {
        return element(MAP_LOOKUP_ELEM, map, key, value);
    }

    /** Sets the value of {@code key}. */
    static int update(int map, int key, byte[] value) {
        return element(MAP_UPDATE_ELEM, map, key, value);
    }

    // union bpf_attr: map_fd 0 (4), key 8 (8), value 16 (8), flags 24 (8)
    private static int element(int command, int map, int key, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] keyBytes = new byte[4];
            Bytes.put32(keyBytes, 0, key);
            MemorySegment keyRoom = put(arena, keyBytes);
            MemorySegment valueRoom = put(arena, value);
            byte[] attr = new byte[32];
            Bytes.put32(attr, 0, map);
            Bytes.put64(attr, 8, keyRoom.address());
            Bytes.put64(attr, 16, valueRoom.address());
            int result = (int) Kernel.raw(SysNr.BPF, command, put(arena, attr).address(), attr.length);
            if (result == 0 && command == MAP_LOOKUP_ELEM) {
                MemorySegment.copy(valueRoom, ValueLayout.JAVA_BYTE, 0, value, 0, value.length);
            }
            return result;
        }
    }

    /** Loads a program that does nothing: what the kernel thinks of us. A descriptor, or a negated error number. */
    static int loadNothing() {
        try (Arena arena = Arena.ofConfined()) {
            // mov r0, 0; exit
            byte[] program = {(byte) 0xb7, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};
            // union bpf_attr: prog_type 0 (4), insn_cnt 4 (4), insns 8 (8), license 16 (8)
            byte[] attr = new byte[ATTR_BYTES];
            Bytes.put32(attr, 0, PROG_TYPE_RAW_TRACEPOINT);
            Bytes.put32(attr, 4, program.length / 8);
            Bytes.put64(attr, 8, put(arena, program).address());
            Bytes.put64(attr, 16, Kernel.cString(arena, "GPL").address());
            return (int) Kernel.raw(SysNr.BPF, PROG_LOAD, put(arena, attr).address(), attr.length);
        }
    }

    private static MemorySegment put(Arena arena, byte[] bytes) {
        MemorySegment room = arena.allocate(bytes.length, 8);
        MemorySegment.copy(bytes, 0, room, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return room;
    }
}
