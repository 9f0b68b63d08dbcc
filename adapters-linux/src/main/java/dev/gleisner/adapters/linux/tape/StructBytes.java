package dev.gleisner.adapters.linux.tape;

/** Writes the bytes of a C structure, little endian. By hand: a buffer's handles cost time in a cold process. */
final class StructBytes {
    private final byte[] bytes;

    StructBytes(int size) {
        bytes = new byte[size];
    }

    StructBytes putInt(int offset, int value) {
        put(offset, value, 4);
        return this;
    }

    StructBytes putLong(int offset, long value) {
        put(offset, value, 8);
        return this;
    }

    private void put(int offset, long value, int size) {
        for (int i = 0; i < size; i++) {
            bytes[offset + i] = (byte) (value >> 8 * i);
        }
    }

    /** The structure; not copied. */
    byte[] bytes() {
        return bytes;
    }
}
