package dev.gleisner.domain.json;

import java.util.Arrays;

/**
 * A growing byte buffer that JSON is written into without intermediate strings. Not safe for use by several
 * threads.
 */
public final class Utf8Buffer {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private byte[] bytes;
    private int length;

    /** An empty buffer with room for that many bytes. */
    public Utf8Buffer(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    /** Forgets the content and keeps the room. */
    public void clear() {
        length = 0;
    }

    /** How many bytes are written. */
    public int length() {
        return length;
    }

    /** The array behind the buffer; its first {@link #length()} bytes are the content. */
    public byte[] array() {
        return bytes;
    }

    /** A copy of the content. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** Appends one ASCII character. */
    public Utf8Buffer ascii(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /** Appends ASCII text as it is. */
    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is the one copy without a charset lookup
    public Utf8Buffer ascii(String text) {
        reserve(text.length());
        text.getBytes(0, text.length(), bytes, length);
        length += text.length();
        return this;
    }

    /** Appends {@code count} bytes of UTF-8 from {@code offset} on as they are. */
    public Utf8Buffer bytes(byte[] from, int offset, int count) {
        reserve(count);
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        return this;
    }

    /** Appends the name of a member, which is ASCII that needs no escape, and a colon. */
    @SuppressWarnings("deprecation") // as in ascii
    public Utf8Buffer member(String name) {
        int count = name.length();
        reserve(count + 3);
        byte[] into = bytes;
        int at = length;
        into[at] = '"';
        name.getBytes(0, count, into, at + 1);
        into[at + count + 1] = '"';
        into[at + count + 2] = ':';
        length = at + count + 3;
        return this;
    }

    /** Appends a decimal integer. */
    public Utf8Buffer decimal(long value) {
        if (value == Long.MIN_VALUE) {
            return ascii(Long.toString(value));
        }
        if (value < 0) {
            return ascii('-').decimal(-value);
        }
        int digits = 1;
        for (long power = 10; digits < 19 && value >= power; power *= 10) {
            digits++;
        }
        return decimal(value, digits);
    }

    /**
     * Appends a decimal integer that is not negative.
     *
     * @param digits how many; zeros in front make them up
     * @throws IllegalArgumentException when the value has more digits
     */
    public Utf8Buffer decimal(long value, int digits) {
        reserve(digits);
        byte[] into = bytes;
        int at = length + digits;
        long rest = value;
        // Two digits a division; the larger half of a number that needs 64 bits first, for the rest fits into 32.
        for (; rest > Integer.MAX_VALUE && at - length >= 2; rest /= 100) {
            at = pair(into, at, (int) (rest % 100));
        }
        int small = (int) rest;
        for (; at - length >= 2; small /= 100) {
            at = pair(into, at, small % 100);
        }
        if (at > length) {
            into[--at] = (byte) ('0' + small % 10);
            small /= 10;
        }
        if (small != 0 || value < 0) {
            throw new IllegalArgumentException(value + " in " + digits + " digits");
        }
        length += digits;
        return this;
    }

    private static int pair(byte[] into, int end, int value) {
        int tens = value / 10;
        into[end - 1] = (byte) ('0' + value - tens * 10);
        into[end - 2] = (byte) ('0' + tens);
        return end - 2;
    }

    /**
     * Appends a JSON string with the escapes of RFC 8785, section 3.2.2.2.
     *
     * @throws IllegalArgumentException for a lone surrogate, which UTF-8 cannot carry
     */
    public Utf8Buffer quoted(String text) {
        int count = text.length();
        reserve(count + 2);
        byte[] into = bytes;
        int at = length;
        into[at++] = '"';
        int i = 0;
        for (; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7f || c == '"' || c == '\\') {
                break;
            }
            into[at++] = (byte) c;
        }
        length = at;
        if (i < count) {
            escaped(text, i);
        }
        return ascii('"');
    }

    /** The rest of a string, from the first character on that is not written as it is. */
    private void escaped(String text, int from) {
        reserve((text.length() - from) * 6 + 1); // the longest form of a UTF-16 unit is six bytes: backslash u 0 0 x x
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c <= 0x7f && c != '"' && c != '\\') {
                bytes[length++] = (byte) c;
            } else if (c < 0x80) {
                escape(c);
            } else if (c < 0x800) {
                bytes[length++] = (byte) (0xc0 | c >> 6);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                bytes[length++] = (byte) (0xe0 | c >> 12);
                bytes[length++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[length++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[length++] = (byte) (0xf0 | point >> 18);
                bytes[length++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[length++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[length++] = (byte) (0x80 | point & 0x3f);
            } else {
                throw new IllegalArgumentException("lone surrogate at index " + i + " of a string for JSON");
            }
        }
    }

    private void escape(char c) {
        bytes[length++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[length++] = (byte) c;
            case '\b' -> bytes[length++] = 'b';
            case '\t' -> bytes[length++] = 't';
            case '\n' -> bytes[length++] = 'n';
            case '\f' -> bytes[length++] = 'f';
            case '\r' -> bytes[length++] = 'r';
            default -> {
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[c >> 4];
                bytes[length++] = HEX[c & 0xf];
            }
        }
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
