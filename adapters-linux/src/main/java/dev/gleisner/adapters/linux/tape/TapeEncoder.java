package dev.gleisner.adapters.linux.tape;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * The tape in the form that init reads: a header of 16 bytes (magic, number of operations, size of all, zero), 64
 * bytes for each operation, then the data that pointers point to. All little endian. Init maps it at {@link #BASE},
 * so pointers are absolute.
 */
public final class TapeEncoder {
    /** Where init maps the tape. */
    static final long BASE = 0x100000000000L;

    private static final int MAGIC = 0x31544c47;
    private static final int HEADER = 16;
    private static final int OP = 64;

    private final IdentityHashMap<Arg.Cell, Integer> cells = new IdentityHashMap<>();
    private final IdentityHashMap<Arg.Struct, Long> structs = new IdentityHashMap<>();
    private ByteBuffer out;
    private int end;

    private TapeEncoder(int ops) {
        end = HEADER + ops * OP;
        out = allocate(end + 8192);
    }

    /** The bytes of {@code tape}; the same tape gives the same bytes. */
    public static byte[] encode(Tape tape) {
        return new TapeEncoder(tape.ops().size()).run(tape.ops());
    }

    private static ByteBuffer allocate(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] run(List<Op> ops) {
        // Structures with cells come first: the cell lies where the structure does, and is filled before it is used.
        for (Op op : ops) {
            for (Arg arg : op.args()) {
                if (arg instanceof Arg.Struct struct && holdsCells(struct) && !structs.containsKey(struct)) {
                    structs.put(struct, struct(struct));
                }
            }
        }
        int at = HEADER;
        for (Op op : ops) {
            encode(op, at);
            at += OP;
        }
        out.putInt(0, MAGIC);
        out.putInt(4, ops.size());
        out.putInt(8, end);
        byte[] bytes = new byte[end];
        out.get(0, bytes);
        return bytes;
    }

    private static boolean holdsCells(Arg.Struct struct) {
        if (!struct.cells().isEmpty()) {
            return true;
        }
        for (Arg.Pointer pointer : struct.pointers()) {
            if (pointer.pointee() instanceof Arg.Struct below && holdsCells(below)) {
                return true;
            }
        }
        return false;
    }

    private void encode(Op op, int at) {
        int loads = 0;
        List<Arg> args = op.args();
        for (int i = 0; i < args.size(); i++) {
            Arg arg = args.get(i);
            if (arg instanceof Arg.Cell) {
                loads |= 1 << i;
            }
            long value = value(arg); // may move the buffer: not inside of the next line
            out.putLong(at + 8 + 8 * i, value);
        }
        Arg.Cell keep = op.keep();
        int keepAt = keep == null ? 0 : offset(keep);
        out.putShort(at, (short) op.number());
        out.put(at + 2, (byte) op.failure().code());
        out.put(at + 3, (byte) loads);
        out.putInt(at + 4, keepAt);
        out.putShort(at + 56, (short) op.skip());
        out.putShort(at + 58, (short) op.count());
    }

    /** The argument's value; what it points to is laid down first. */
    private long value(Arg arg) {
        return switch (arg) {
            case Arg.Plain(var value) -> value;
            case Arg.Named(var value, var _) -> value;
            case Arg.Text(var text) -> text(text);
            case Arg.Bytes(var text) -> BASE + lay(text.getBytes(StandardCharsets.UTF_8), 1);
            case Arg.Texts(var texts) -> texts(texts);
            case Arg.Struct struct -> {
                Long known = structs.get(struct);
                yield known == null ? struct(struct) : known;
            }
            case Arg.Cell cell -> BASE + offset(cell);
        };
    }

    private long text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = reserve(bytes.length + 1, 1);
        out.put(at, bytes);
        return BASE + at;
    }

    private long texts(List<String> texts) {
        int at = reserve(8 * (texts.size() + 1), 8);
        for (int i = 0; i < texts.size(); i++) {
            long pointer = text(texts.get(i));
            out.putLong(at + 8 * i, pointer);
        }
        return BASE + at;
    }

    private long struct(Arg.Struct struct) {
        int at = lay(struct.content(), 8);
        for (Arg.Pointer pointer : struct.pointers()) {
            long value = value(pointer.pointee());
            out.putLong(at + pointer.offset(), value);
        }
        for (Arg.Embedded embedded : struct.cells()) {
            Integer before = cells.put(embedded.cell(), at + embedded.offset());
            if (before != null) {
                throw new IllegalStateException("the cell " + embedded.cell().name() + " has two places");
            }
        }
        return BASE + at;
    }

    private int offset(Arg.Cell cell) {
        Integer known = cells.get(cell);
        if (known == null) {
            known = reserve(4, 4);
            cells.put(cell, known);
        }
        return known;
    }

    private int lay(byte[] bytes, int alignment) {
        int at = reserve(bytes.length, alignment);
        out.put(at, bytes);
        return at;
    }

    private int reserve(int size, int alignment) {
        int at = (end + alignment - 1) & -alignment;
        end = at + size;
        if (end > out.capacity()) {
            ByteBuffer larger = allocate(Math.max(end, 2 * out.capacity()));
            larger.put(0, out, 0, out.capacity());
            out = larger;
        }
        return at;
    }
}
