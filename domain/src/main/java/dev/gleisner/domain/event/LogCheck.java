package dev.gleisner.domain.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads the bytes of an audit log and says whether its structure holds: every line is one JSON object that ends with a
 * line feed, and the lines are numbered 0, 1, 2 … by their {@code sequence}. Values are not looked at further: that the
 * bytes are those that were signed is for the digest to say. Keeps nothing of what it reads, so a hostile log of any size
 * costs no memory.
 *
 * <p>Not safe for use by several threads.
 */
public final class LogCheck {
    private static final byte[] KEY = {'"', 's', 'e', 'q', 'u', 'e', 'n', 'c', 'e', '"'};
    private static final int MOST_DIGITS = 18;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long BLANKS = ' ' * ONES;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long HIGH_BITS = ONES << 7;

    private enum Token {
        OUTSIDE,
        STRING,
        ESCAPE,
        NUMBER
    }

    private Optional<String> mistake = Optional.empty();
    private long lines;
    private long length;
    private int depth;
    private Token token = Token.OUTSIDE;
    private boolean ended;
    private boolean inKey;
    private int keyMatched;
    private boolean keyFound;
    private int sequences;
    private long number;
    private int digits;

    /** Nothing read yet. */
    public LogCheck() {}

    /** Takes the next {@code count} bytes of the log. */
    public void update(byte[] bytes, int count) {
        int at = 0;
        while (at < count && mistake.isEmpty()) {
            if (token == Token.STRING) {
                int end = plain(bytes, at, count);
                matchKey(bytes, at, end);
                length += end - at;
                at = end;
            }
            if (at < count) {
                take(bytes[at++]);
            }
        }
    }

    /** Where the next byte is that ends or interrupts a string: a quote, a backslash, a control character. */
    private static int plain(byte[] bytes, int from, int count) {
        int at = from;
        for (; at + Long.BYTES <= count; at += Long.BYTES) {
            // The high bit of a byte is set where it is one of them; bytes above the lowest such may be wrong.
            long eight = (long) EIGHT.get(bytes, at);
            long quote = eight ^ QUOTES;
            long backslash = eight ^ BACKSLASHES;
            long found = (eight - BLANKS & ~eight | quote - ONES & ~quote | backslash - ONES & ~backslash) & HIGH_BITS;
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >> 3);
            }
        }
        while (at < count && (bytes[at] < 0 || bytes[at] >= 0x20 && bytes[at] != '"' && bytes[at] != '\\')) {
            at++;
        }
        return at;
    }

    private void matchKey(byte[] bytes, int from, int end) {
        for (int i = from; i < end && keyMatched >= 0; i++) {
            keyMatched = keyMatched < KEY.length - 1 && KEY[keyMatched] == bytes[i] ? keyMatched + 1 : -1;
        }
    }

    /** How many whole lines were read up to the first mistake. */
    public long lines() {
        return lines;
    }

    /** What is wrong when the log ends here; empty when nothing is. */
    public Optional<String> finish() {
        if (mistake.isEmpty() && length > 0) {
            fail("has no end");
        }
        return mistake;
    }

    /** What is wrong when the log ends here and must have {@code expectedLines}; empty when nothing is. */
    public Optional<String> finish(long expectedLines) {
        Optional<String> found = finish();
        return found.isPresent() || lines == expectedLines
                ? found
                : Optional.of("the log has " + lines + " lines, " + expectedLines + " were expected");
    }

    private void take(byte next) {
        if (next == '\n') {
            endLine();
            return;
        }
        length++;
        if (next >= 0 && next < 0x20) {
            fail("has a control character");
        } else if (ended) {
            fail("goes on after its object");
        } else if (length == 1 && next != '{') {
            fail("does not begin with an object");
        } else {
            switch (token) {
                case STRING -> string(next);
                case ESCAPE -> token = Token.STRING;
                case NUMBER -> number(next);
                case OUTSIDE -> outside(next);
            }
        }
    }

    private void string(byte next) {
        if (next == '\\') {
            token = Token.ESCAPE;
            keyMatched = -1; // our writer escapes nothing in a name
        } else if (next == '"') {
            token = Token.OUTSIDE;
            keyFound = keyMatched == KEY.length - 1;
        } else {
            throw new AssertionError("update() takes what is plain");
        }
    }

    private void number(byte next) {
        if (next >= '0' && next <= '9') {
            number = number * 10 + (next - '0');
            digits++;
            if (digits > MOST_DIGITS || digits > 1 && number < 10) {
                fail("has a sequence number that is none");
            }
        } else if (digits == 0 || next != ',' && next != '}') {
            fail("has a sequence number that is none");
        } else {
            token = Token.OUTSIDE;
            outside(next);
        }
    }

    private void outside(byte next) {
        switch (next) {
            case '"' -> {
                token = Token.STRING;
                keyMatched = inKey ? 1 : -1;
            }
            case '{' -> {
                depth++;
                inKey = depth == 1;
            }
            case '[' -> {
                depth++;
                inKey = false;
            }
            case '}', ']' -> {
                depth--;
                inKey = false;
                if (depth == 0) {
                    ended = true;
                    if (next == ']') {
                        fail("closes its object with a bracket");
                    }
                }
            }
            case ',' -> inKey = depth == 1;
            case ':' -> {
                inKey = false;
                if (keyFound) {
                    keyFound = false;
                    sequences++;
                    number = 0;
                    digits = 0;
                    token = Token.NUMBER;
                }
            }
            default -> {}
        }
        if (next != '"' && next != ':') {
            keyFound = false;
        }
    }

    private void endLine() {
        if (length == 0) {
            fail("is empty");
        } else if (!ended) {
            fail("ends inside its object");
        } else if (sequences != 1) {
            fail(sequences == 0 ? "has no sequence number" : "has several sequence numbers");
        } else if (number != lines) {
            fail("has sequence number " + number + ", but " + lines + " is next");
        } else {
            lines++;
            length = 0;
            depth = 0;
            token = Token.OUTSIDE;
            ended = false;
            inKey = false;
            keyFound = false;
            sequences = 0;
        }
    }

    private void fail(String what) {
        mistake = Optional.of("line " + (lines + 1) + " of the log " + what);
    }
}
