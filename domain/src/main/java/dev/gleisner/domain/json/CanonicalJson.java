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

    private static void write(Json value, Utf8Buffer out) {
        switch (value) {
            case Obj(var members) -> {
                // String.compareTo compares UTF-16 code units, which is what RFC 8785 section 3.2.3 asks for.
                String[] names = members.keySet().toArray(String[]::new);
                Arrays.sort(names);
                out.ascii('{');
                for (int i = 0; i < names.length; i++) {
                    if (i > 0) {
                        out.ascii(',');
                    }
                    out.quoted(names[i]).ascii(':');
                    Json member = members.get(names[i]);
                    if (member != null) {
                        write(member, out);
                    }
                }
                out.ascii('}');
            }
            case Arr(var elements) -> {
                out.ascii('[');
                for (int i = 0; i < elements.size(); i++) {
                    if (i > 0) {
                        out.ascii(',');
                    }
                    write(elements.get(i), out);
                }
                out.ascii(']');
            }
            case Str(var text) -> out.quoted(text);
            case Int(var number) -> out.decimal(number);
            case Bool(var truth) -> out.ascii(truth ? "true" : "false");
            case Null _ -> out.ascii("null");
        }
    }
}
