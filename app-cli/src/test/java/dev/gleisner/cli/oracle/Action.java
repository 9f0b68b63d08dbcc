package dev.gleisner.cli.oracle;

import dev.gleisner.domain.event.ErrnoName;
import dev.gleisner.domain.event.PathText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that an oracle program did, as it says itself; {@code oracle.h} describes the line.
 *
 * @param pid the process as it sees itself; 0 when it may have been any
 * @param kind what was done
 * @param errno the symbol of the error; empty when it worked
 * @param words paths and other texts, as the log writes them
 */
record Action(long pid, String kind, String errno, List<String> words) {
    Action {
        words = List.copyOf(words);
    }

    /** Every action among these lines. */
    static List<Action> all(byte[] output) {
        List<Action> actions = new ArrayList<>();
        new String(output, StandardCharsets.ISO_8859_1).lines().forEach(line -> actions.add(of(line)));
        return actions;
    }

    private static Action of(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length < 4) {
            throw new AssertionError("no line of an oracle: " + line);
        }
        List<String> words = new ArrayList<>();
        for (int i = 3; i < fields.length; i++) {
            words.add(PathText.decode(bytes(fields[i])));
        }
        return new Action(Long.parseLong(fields[0]), fields[1], fields[2].equals("0") ? "" : errno(fields[2]), words);
    }

    private static String errno(String number) {
        return ErrnoName.of(Integer.parseInt(number));
    }

    private static byte[] bytes(String escaped) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            if (escaped.charAt(i) == '%') {
                out.write(Integer.parseInt(escaped.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                out.write(escaped.charAt(i));
            }
        }
        return out.toByteArray();
    }

    boolean worked() {
        return errno.isEmpty();
    }

    String first() {
        return words.getFirst();
    }

    /** The second word; empty when there is none. */
    String second() {
        return words.size() > 1 ? words.get(1) : "";
    }
}
