package dev.gleisner.domain.event;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * File names are bytes on Linux and text in a log. Names that are UTF-8 are written as they are; in others every
 * byte that is not part of a UTF-8 sequence becomes {@code \xNN}. A backslash is written twice, so that every
 * text stands for one name only.
 *
 * @spec https://man7.org/linux/man-pages/man7/path_resolution.7.html path_resolution(7)
 */
public final class PathText {
    private PathText() {}

    /** The text for these name bytes. */
    public static String decode(byte[] name) {
        return decode(name, 0, name.length);
    }

    /** The text for {@code length} name bytes from {@code offset} on. */
    public static String decode(byte[] name, int offset, int length) {
        boolean plain = true;
        for (int i = offset; i < offset + length && plain; i++) {
            plain = name[i] >= 0x20 && name[i] != '\\' && name[i] != 0x7f;
        }
        if (plain) {
            return new String(name, offset, length, StandardCharsets.US_ASCII);
        }
        StringBuilder out = new StringBuilder(length + 16);
        int at = offset;
        while (at < offset + length) {
            int size = sequenceLength(name[at]);
            String text = size > 0 && at + size <= offset + length ? utf8(name, at, size) : "";
            if (text.isEmpty()) {
                out.append("\\x").append(Character.forDigit(name[at] >> 4 & 0xf, 16));
                out.append(Character.forDigit(name[at] & 0xf, 16));
                at++;
            } else {
                out.append(text.equals("\\") ? "\\\\" : text);
                at += size;
            }
        }
        return out.toString();
    }

    /**
     * The name bytes that this text stands for.
     *
     * @throws IllegalArgumentException when {@link #decode} never writes such a text
     */
    public static byte[] encode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int at = 0;
        while (at < text.length()) {
            int slash = text.indexOf('\\', at);
            int end = slash < 0 ? text.length() : slash;
            out.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
            at = end;
            if (slash >= 0) {
                if (text.startsWith("\\\\", slash)) {
                    out.write('\\');
                    at = slash + 2;
                } else if (text.startsWith("\\x", slash) && slash + 4 <= text.length()) {
                    out.write(Integer.parseInt(text.substring(slash + 2, slash + 4), 16));
                    at = slash + 4;
                } else {
                    throw new IllegalArgumentException("not an escape of ours: " + text);
                }
            }
        }
        byte[] name = out.toByteArray();
        // One text for each name: an escape that was not needed, or with digits that are ours no more than "+1" is,
        // would be a second one.
        if (!decode(name).equals(text)) {
            throw new IllegalArgumentException("not a text of ours: " + text);
        }
        return name;
    }

    private static int sequenceLength(byte first) {
        int value = first & 0xff;
        if (value < 0x80) {
            return 1;
        }
        return value < 0xc2 ? 0 : value < 0xe0 ? 2 : value < 0xf0 ? 3 : value < 0xf5 ? 4 : 0;
    }

    private static String utf8(byte[] name, int at, int size) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(name, at, size))
                    .toString();
        } catch (CharacterCodingException _) {
            return "";
        }
    }
}
