package dev.gleisner.domain.json;

import dev.gleisner.domain.json.Json.Arr;
import dev.gleisner.domain.json.Json.Bool;
import dev.gleisner.domain.json.Json.Int;
import dev.gleisner.domain.json.Json.Null;
import dev.gleisner.domain.json.Json.Obj;
import dev.gleisner.domain.json.Json.Str;
import java.io.IOException;
import java.util.Arrays;

/**
 * Writes {@link Json} in the one byte form of RFC 8785: members sorted by UTF-16 code units, no white space,
 * shortest escapes.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc8785 RFC 8785
 */
public final class CanonicalJson {
    private static final int PIECE = 64 * 1024;

    private CanonicalJson() {}

    /** Takes canonical bytes piece by piece. */
    @FunctionalInterface
    public interface Pieces {
        /** Takes the first {@code length} bytes, which end between two characters; the array is used again. */
        void take(byte[] bytes, int length) throws IOException;
    }

    /**
     * Writes the members of an object, and the elements of those that are arrays, one by one: a long list needs no
     * second copy of itself in memory.
     *
     * @throws IOException of {@code pieces}
     * @throws IllegalArgumentException for a string with a lone surrogate, which UTF-8 cannot carry
     */
    public static void write(Obj object, Pieces pieces) throws IOException {
        Utf8Buffer out = new Utf8Buffer(2 * PIECE);
        String[] names = object.members().keySet().toArray(new String[0]);
        Arrays.sort(names);
        out.ascii('{');
        for (int i = 0; i < names.length; i++) {
            out.ascii(i > 0 ? "," : "").quoted(names[i]).ascii(':');
            Json member = object.members().get(names[i]);
            if (member instanceof Arr array) {
                out.ascii('[');
                for (int j = 0; j < array.elements().size(); j++) {
                    out.ascii(j > 0 ? "," : "");
                    write(array.elements().get(j), out);
                    flush(out, pieces, PIECE);
                }
                out.ascii(']');
            } else if (member instanceof Obj nested) {
                write(nested, (bytes, length) -> {
                    out.bytes(bytes, 0, length);
                    flush(out, pieces, PIECE);
                });
            } else if (member != null) {
                write(member, out);
            }
        }
        out.ascii('}');
        flush(out, pieces, 0);
    }

    private static void flush(Utf8Buffer out, Pieces pieces, int atLeast) throws IOException {
        if (out.length() > atLeast) {
            pieces.take(out.array(), out.length());
            out.clear();
        }
    }

    /**
     * The canonical bytes.
     *
     * @throws IllegalArgumentException for a string with a lone surrogate, which UTF-8 cannot carry
     */
    public static byte[] bytes(Json value) {
        Utf8Buffer out = new Utf8Buffer(1024);
        write(value, out);
        return out.toByteArray();
    }

    // No pattern switch and no lambda: each costs a cold process several milliseconds to link, and this is on the way
    // of every session. A test holds the branches against the cases of Json.
    private static void write(Json value, Utf8Buffer out) {
        if (value instanceof Obj object) {
            write(object, out);
        } else if (value instanceof Arr array) {
            out.ascii('[');
            for (int i = 0; i < array.elements().size(); i++) {
                if (i > 0) {
                    out.ascii(',');
                }
                write(array.elements().get(i), out);
            }
            out.ascii(']');
        } else if (value instanceof Str text) {
            out.quoted(text.value());
        } else if (value instanceof Int number) {
            out.decimal(number.value());
        } else if (value instanceof Bool truth) {
            out.ascii(truth.value() ? "true" : "false");
        } else if (value == Null.NULL) {
            out.ascii("null");
        } else {
            throw new AssertionError(value.getClass());
        }
    }

    private static void write(Obj object, Utf8Buffer out) {
        // String.compareTo compares UTF-16 code units, which is what RFC 8785 section 3.2.3 asks for.
        String[] names = object.members().keySet().toArray(new String[0]);
        Arrays.sort(names);
        out.ascii('{');
        for (int i = 0; i < names.length; i++) {
            if (i > 0) {
                out.ascii(',');
            }
            out.quoted(names[i]).ascii(':');
            Json member = object.members().get(names[i]);
            if (member != null) {
                write(member, out);
            }
        }
        out.ascii('}');
    }
}
