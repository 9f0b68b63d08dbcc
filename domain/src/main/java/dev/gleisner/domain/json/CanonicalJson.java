package dev.gleisner.domain.json;

import dev.gleisner.domain.json.Json.Arr;
import dev.gleisner.domain.json.Json.Bool;
import dev.gleisner.domain.json.Json.Int;
import dev.gleisner.domain.json.Json.Null;
import dev.gleisner.domain.json.Json.Obj;
import dev.gleisner.domain.json.Json.Str;
import java.util.Arrays;

/**
 * Writes {@link Json} in the one byte form of RFC 8785: members sorted by UTF-16 code units, no white space,
 * shortest escapes.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc8785 RFC 8785
 */
public final class CanonicalJson {
    private CanonicalJson() {}

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
