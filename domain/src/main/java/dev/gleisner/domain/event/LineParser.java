package dev.gleisner.domain.event;

import dev.gleisner.domain.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON of one line of the log: an object whose values are strings, integers, truth values and arrays of strings.
 * It need not notice every mistake: {@link EventReader} compares what it made of the line with the line.
 */
final class LineParser {
    private static final int MOST_DIGITS = 18;

    private final byte[] line;
    private final int length;
    private int at;

    LineParser(byte[] line, int length) {
        this.line = line;
        this.length = length;
    }

    /**
     * The object that fills the line.
     *
     * @throws IllegalArgumentException when there is none
     */
    Json.Obj object() {
        Map<String, Json> members = new LinkedHashMap<>();
        expect('{');
        do {
            String name = string();
            expect(':');
            if (members.put(name, value()) != null) {
                throw new IllegalArgumentException("its member \"" + name + "\" is given twice");
            }
        } while (another());
        expect('}');
        if (at != length) {
            throw new IllegalArgumentException("something follows its object");
        }
        return new Json.Obj(members);
    }

    private Json value() {
        return switch (peek()) {
            case '"' -> Json.of(string());
            case '[' -> strings();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            default -> Json.of(integer());
        };
    }

    private Json strings() {
        List<Json> elements = new ArrayList<>();
        expect('[');
        if (peek() != ']') {
            do {
                elements.add(Json.of(string()));
            } while (another());
        }
        expect(']');
        return new Json.Arr(elements);
    }

    private Json word(String word, boolean value) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return Json.of(value);
    }

    private long integer() {
        boolean negative = peek() == '-';
        if (negative) {
            at++;
        }
        long number = 0;
        int digits = 0;
        for (; at < length && line[at] >= '0' && line[at] <= '9'; at++, digits++) {
            number = number * 10 + (line[at] - '0');
        }
        if (digits == 0 || digits > MOST_DIGITS) {
            throw new IllegalArgumentException("no number that fits" + where());
        }
        return negative ? -number : number;
    }

    private String string() {
        expect('"');
        int start = at;
        boolean plain = true;
        while (peek() != '"') {
            plain &= line[at] > 0 && line[at] != '\\';
            at += line[at] == '\\' ? 2 : 1;
        }
        int end = at++;
        if (plain) {
            return new String(line, start, end - start, StandardCharsets.ISO_8859_1);
        }
        String text = new String(line, start, end - start, StandardCharsets.UTF_8);
        return text.indexOf('\\') < 0 ? text : unescaped(text);
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int next = 0;
        while (next < text.length()) {
            char c = text.charAt(next++);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = text.charAt(next++); // no string ends in a lone backslash: string() took two bytes
            switch (escape) {
                case 'b' -> out.append('\b');
                case 't' -> out.append('\t');
                case 'n' -> out.append('\n');
                case 'f' -> out.append('\f');
                case 'r' -> out.append('\r');
                case 'u' -> {
                    if (next + 4 > text.length()) {
                        throw new IllegalArgumentException("an escape is cut off");
                    }
                    out.append((char) Integer.parseInt(text, next, next + 4, 16));
                    next += 4;
                }
                default -> out.append(escape);
            }
        }
        return out.toString();
    }

    private boolean another() {
        boolean comma = peek() == ',';
        at += comma ? 1 : 0;
        return comma;
    }

    private byte peek() {
        if (at >= length) {
            throw new IllegalArgumentException("it ends too early");
        }
        return line[at];
    }

    private void expect(char wanted) {
        if (peek() != wanted) {
            throw new IllegalArgumentException("no '" + wanted + "'" + where());
        }
        at++;
    }

    private String where() {
        return " at byte " + at;
    }
}
