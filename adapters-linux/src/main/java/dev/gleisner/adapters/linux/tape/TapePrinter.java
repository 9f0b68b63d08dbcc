package dev.gleisner.adapters.linux.tape;

import java.util.ArrayList;
import java.util.List;

/** Prints a tape in the notation of strace(1), one line an operation. */
public final class TapePrinter {
    private static final int PURPOSE_COLUMN = 100;

    private TapePrinter() {}

    /** The whole tape; operations of the same purpose stand below one comment. */
    public static List<String> print(Tape tape) {
        List<String> lines = new ArrayList<>(tape.ops().size());
        String purpose = "";
        for (Op op : tape.ops()) {
            if (!op.purpose().equals(purpose)) {
                purpose = op.purpose();
                lines.add("# " + purpose);
            }
            lines.add(line(op));
        }
        return lines;
    }

    /** One operation. */
    public static String line(Op op) {
        StringBuilder out = new StringBuilder(PURPOSE_COLUMN);
        Arg.Cell keep = op.keep();
        if (keep != null) {
            out.append('$').append(keep.name()).append(" = ");
        }
        out.append(op.call()).append('(');
        for (int i = 0; i < op.args().size(); i++) {
            out.append(i == 0 ? "" : ", ");
            print(op.args().get(i), out);
        }
        out.append(')');
        if (op.count() > 1) {
            out.append("  // and so on for every value of the second argument");
        }
        if (op.number() == Op.FORK) {
            out.append("  // the parent does the next ").append(op.skip()).append(" lines, the child goes on below");
        }
        switch (op.failure()) {
            case FATAL, QUIET -> {}
            case REPORTED -> out.append("  // best effort");
            case PROBE -> out.append("  // probe");
        }
        return out.toString();
    }

    private static void print(Arg arg, StringBuilder out) {
        switch (arg) {
            case Arg.Plain(var value) -> out.append(value);
            case Arg.Named(var _, var name) -> out.append(name);
            case Arg.Text(var text) -> quote(text, out);
            case Arg.Bytes(var text) -> quote(text, out);
            case Arg.Struct struct -> out.append(struct.printed());
            case Arg.Texts(var texts) -> {
                out.append('[');
                for (int i = 0; i < texts.size(); i++) {
                    out.append(i == 0 ? "" : ", ");
                    quote(texts.get(i), out);
                }
                out.append(']');
            }
            case Arg.Cell cell -> out.append('$').append(cell.name());
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        out.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
