package dev.gleisner.bench;

import dev.gleisner.domain.event.PathText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of strace(1), taken apart.
 *
 * @param name of the system call
 * @param arguments as strace writes them
 * @param result what stands behind the equals sign
 * @spec https://man7.org/linux/man-pages/man1/strace.1.html strace(1)
 */
record StraceCall(String name, List<String> arguments, String result) {
    StraceCall {
        arguments = List.copyOf(arguments);
    }

    /** The call of a line; nothing for signals and ends. */
    static Optional<StraceCall> parse(String line) {
        int open = line.indexOf('(');
        if (open <= 0 || !Character.isLetter(line.charAt(0))) {
            return Optional.empty();
        }
        List<String> arguments = new ArrayList<>();
        int at = split(line, open + 1, ')', arguments);
        int equals = line.indexOf("= ", at);
        if (equals < 0) {
            return Optional.empty();
        }
        return Optional.of(new StraceCall(line.substring(0, open), arguments, line.substring(equals + 2)));
    }

    /** Splits at commas up to the closing character, and returns where that is. */
    private static int split(String line, int from, char closing, List<String> into) {
        int depth = 0;
        int start = from;
        int at = from;
        for (; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '"') {
                at = closingQuote(line, at);
            } else if (c == '<') {
                at = closingAngle(line, at);
            } else if (depth == 0 && (c == ',' || c == closing)) {
                into.add(line.substring(start, at).strip());
                start = at + 1;
                if (c == closing) {
                    return at;
                }
            } else if (c == '{' || c == '[' || c == '(') {
                depth++;
            } else if (c == '}' || c == ']' || c == ')') {
                depth--;
            }
        }
        return at;
    }

    private static int closingQuote(String line, int at) {
        int end = at + 1;
        while (end < line.length() && line.charAt(end) != '"') {
            end += line.charAt(end) == '\\' ? 2 : 1;
        }
        return end;
    }

    /** Descriptors are followed by what they are; devices have a second pair inside. {@code 1<<2} is no descriptor. */
    private static int closingAngle(String line, int at) {
        if (line.startsWith("<<", at)) {
            return at + 1;
        }
        int depth = 0;
        for (int end = at; end < line.length(); end++) {
            if (line.charAt(end) == '<') {
                depth++;
            } else if (line.charAt(end) == '>' && line.charAt(end - 1) != '-' && --depth == 0) {
                return end;
            }
        }
        return at;
    }

    boolean worked() {
        return !result.startsWith("-1 ") && !result.startsWith("?");
    }

    /** The symbol of the error; empty when it worked. */
    String errno() {
        return result.startsWith("-1 ") ? result.split(" ", 3)[1] : "";
    }

    String argument(int index) {
        return index < arguments.size() ? arguments.get(index) : "";
    }

    /** A string argument as a log writes it. */
    String text(int index) {
        return unquoted(argument(index));
    }

    /** The strings of an array argument. */
    List<String> texts(int index) {
        String array = argument(index);
        List<String> quoted = new ArrayList<>();
        if (array.startsWith("[") && !array.equals("[]")) {
            split(array, 1, ']', quoted);
        }
        return quoted.stream().map(StraceCall::unquoted).toList();
    }

    /** What the descriptor in an argument or result stands for: {@code 3</etc/passwd>}; empty when it is not said. */
    static String described(String text) {
        int open = text.indexOf('<');
        if (open < 0) {
            return "";
        }
        String inner = text.substring(open + 1, closingAngle(text, open));
        int device = inner.endsWith(">") ? inner.lastIndexOf('<') : -1;
        return PathText.decode(unescaped(device < 0 ? inner : inner.substring(0, device)));
    }

    private static String unquoted(String text) {
        int open = text.indexOf('"');
        return open < 0 ? "" : PathText.decode(unescaped(text.substring(open + 1, closingQuote(text, open))));
    }

    private static byte[] unescaped(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.writeBytes(String.valueOf(c).getBytes(StandardCharsets.ISO_8859_1));
                continue;
            }
            char next = text.charAt(++i);
            int simple = "abtnvfr".indexOf(next);
            if (simple >= 0) {
                out.write(7 + simple);
            } else if (next == 'x') {
                out.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else if (next >= '0' && next <= '7') {
                int end = i;
                while (end < text.length() && end < i + 3 && text.charAt(end) >= '0' && text.charAt(end) <= '7') {
                    end++;
                }
                out.write(Integer.parseInt(text.substring(i, end), 8));
                i = end - 1;
            } else {
                out.write(next);
            }
        }
        return out.toByteArray();
    }
}
