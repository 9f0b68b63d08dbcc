package dev.gleisner.adapters.audit.ebpf;

/** Little-endian numbers in byte arrays: a memory segment's accessors would each link a handle of their own. */
final class Bytes {
    private Bytes() {}

    static int int16(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }

    static int int32(byte[] bytes, int at) {
        return bytes[at] & 0xff
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
    }

    static long int64(byte[] bytes, int at) {
        return int32(bytes, at) & 0xffff_ffffL | (long) int32(bytes, at + 4) << 32;
    }

    static void put32(byte[] bytes, int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >> 8 * i);
        }
    }

    static void put64(byte[] bytes, int at, long value) {
        put32(bytes, at, (int) value);
        put32(bytes, at + 4, (int) (value >> 32));
    }
}
