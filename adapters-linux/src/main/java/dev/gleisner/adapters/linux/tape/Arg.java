package dev.gleisner.adapters.linux.tape;

import java.util.List;

/** One argument of a system call on a tape. */
public sealed interface Arg {
    /** A number; printed in decimal digits. */
    record Plain(long value) implements Arg {}

    /** A number that has a name, or several joined by a bar, in the C headers. */
    record Named(long value, String name) implements Arg {}

    /** A pointer to a C string. */
    record Text(String value) implements Arg {}

    /** A pointer to bytes without an end mark; printed as text. */
    record Bytes(String value) implements Arg {}

    /**
     * A pointer to a structure.
     *
     * @param content its bytes, little endian; pointers and cells are zero here
     * @param printed as strace would show it
     * @param pointers what its pointers point to
     * @param cells results of earlier operations that lie in it
     */
    record Struct(byte[] content, String printed, List<Pointer> pointers, List<Embedded> cells) implements Arg {
        public Struct {
            pointers = List.copyOf(pointers);
            cells = List.copyOf(cells);
        }

        /** A structure of plain values. */
        public Struct(byte[] content, String printed) {
            this(content, printed, List.of(), List.of());
        }
    }

    /** The 8 bytes at {@code offset} are the address of {@code pointee}. */
    record Pointer(int offset, Arg pointee) {}

    /** The 4 bytes at {@code offset} are {@code cell}. */
    record Embedded(int offset, Cell cell) {}

    /** A pointer to a list of C strings that ends with a null pointer. */
    record Texts(List<String> values) implements Arg {
        public Texts {
            values = List.copyOf(values);
        }
    }

    /**
     * The result of an earlier operation, kept in 4 bytes. An object of its own: two cells of the same name are two
     * places.
     */
    final class Cell implements Arg {
        private final String name;

        Cell(String name) {
            this.name = name;
        }

        /** How it is printed, such as {@code root}. */
        public String name() {
            return name;
        }
    }
}
