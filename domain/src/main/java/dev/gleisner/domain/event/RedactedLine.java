package dev.gleisner.domain.event;

import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.json.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The line that stands for one that somebody took out of a copy of a log:
 * {@code {"leaf":"<64 hexadecimal digits>","sequence":7,"type":"redacted"}}. The leaf hash keeps the place of the line in
 * the Merkle tree. {@link EventLine} writes no line of this type.
 */
public final class RedactedLine {
    /** The type of such a line. */
    public static final String TYPE = "redacted";

    private static final byte[] START = ascii("{\"leaf\":\"");
    private static final byte[] MIDDLE = ascii("\",\"sequence\":");
    private static final byte[] END = ascii(",\"type\":\"" + TYPE + "\"}");
    private static final int HEX_DIGITS = 2 * MerkleTree.HASH_BYTES;

    private RedactedLine() {}

    /** Appends the line for entry {@code sequence}, its line feed included. */
    public static void append(byte[] leafHash, long sequence, Utf8Buffer out) {
        out.bytes(START, 0, START.length).ascii(HexFormat.of().formatHex(leafHash));
        out.bytes(MIDDLE, 0, MIDDLE.length).decimal(sequence);
        out.bytes(END, 0, END.length).ascii('\n');
    }

    /**
     * The leaf hash in a redacted line: {@code length} bytes from {@code offset} on, without the line feed.
     *
     * @return empty when it is any other line, also one that differs in a single byte from what {@link #append} writes
     */
    public static Optional<byte[]> leaf(byte[] line, int offset, int length) {
        int end = offset + length;
        int number = offset + START.length + HEX_DIGITS + MIDDLE.length;
        int digits = end - END.length - number;
        if (digits < 1
                || !at(line, offset, START)
                || !at(line, offset + START.length + HEX_DIGITS, MIDDLE)
                || !at(line, end - END.length, END)) {
            return Optional.empty();
        }
        for (int i = number; i < number + digits; i++) {
            if (line[i] < '0' || line[i] > '9' || line[i] == '0' && i == number && digits > 1) {
                return Optional.empty();
            }
        }
        byte[] leaf = new byte[MerkleTree.HASH_BYTES];
        for (int i = 0; i < HEX_DIGITS; i++) {
            byte c = line[offset + START.length + i];
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return Optional.empty();
            }
            leaf[i / 2] = (byte) (leaf[i / 2] << 4 | Character.digit(c, 16));
        }
        return Optional.of(leaf);
    }

    private static boolean at(byte[] line, int offset, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (line[offset + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
