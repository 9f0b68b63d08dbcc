package dev.gleisner.adapters.audit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One record of the kernel's audit log: {@code audit(1795318676.357:1686): domain=10d13bd92 blockers=fs.read_file
 * path="/etc/passwd"}. Records of one system call share a serial number. Strings that others chose (paths, names of
 * programs) stand in quotes, or in hexadecimal when they hold a quote, a blank or a byte that cannot be printed; so
 * nothing that is in a string can look like a field.
 *
 * @param type the message's number, such as {@link #LANDLOCK_ACCESS}
 * @param wallMillis when it was, in milliseconds since 1970; the kernel's coarse clock, which may be 4 ms behind
 * @param serial the number that records of one system call share
 * @spec https://docs.kernel.org/admin-guide/LSM/landlock.html Landlock: system-wide management
 */
record AuditRecord(int type, long wallMillis, long serial, Map<String, Value> fields) {
    /** {@code AUDIT_SYSCALL}: the system call that the records before it with the same serial are about. */
    static final int SYSCALL = 1300;

    /** {@code AUDIT_EOE}: no more records with this serial. */
    static final int END = 1320;

    /** {@code AUDIT_LANDLOCK_ACCESS}: a denial; Linux 6.15. */
    static final int LANDLOCK_ACCESS = 1423;

    /** {@code AUDIT_LANDLOCK_DOMAIN}: what a domain is, once before or after its first denial; Linux 6.15. */
    static final int LANDLOCK_DOMAIN = 1424;

    /** {@code MAX_AUDIT_MESSAGE_LENGTH}: no record is longer. */
    static final int LONGEST = 8970;

    private static final int MOST_FIELDS = 64;
    private static final String HEAD = "audit(";

    /**
     * A field's value.
     *
     * @param bytes without the quotes
     * @param quoted whether it stood in quotes
     */
    record Value(byte[] bytes, boolean quoted) {}

    AuditRecord {
        fields = Map.copyOf(fields);
    }

    /** Whether records of that type are of use here. */
    static boolean wanted(int type) {
        return type == LANDLOCK_ACCESS || type == LANDLOCK_DOMAIN || type == SYSCALL || type == END;
    }

    /**
     * Reads the text of a record; empty when it is not as the kernel writes it.
     *
     * @param text array that holds it
     * @param from its first byte
     * @param to behind its last byte
     */
    static Optional<AuditRecord> parse(int type, byte[] text, int from, int to) {
        if (from < 0 || to > text.length || to - from > LONGEST || to - from < HEAD.length()) {
            return Optional.empty();
        }
        return new Reader(text, from, to).record(type);
    }

    /** A word that the kernel itself chose. */
    Optional<String> word(String key) {
        Value value = fields.get(key);
        return value == null || value.quoted()
                ? Optional.empty()
                : Optional.of(new String(value.bytes(), StandardCharsets.ISO_8859_1));
    }

    /** The bytes of a string, whether it stands in quotes or in hexadecimal. */
    Optional<byte[]> string(String key) {
        Value value = fields.get(key);
        if (value == null) {
            return Optional.empty();
        }
        return value.quoted() ? Optional.of(value.bytes()) : hexadecimal(value.bytes());
    }

    /** A number, such as a domain ({@code radix} 16) or a process id. */
    OptionalLong number(String key, int radix) {
        Value value = fields.get(key);
        return value == null || value.quoted() ? OptionalLong.empty() : parseNumber(value.bytes(), radix);
    }

    private static OptionalLong parseNumber(byte[] digits, int radix) {
        boolean negative = digits.length > 1 && digits[0] == '-' && radix == 10;
        long number = 0;
        if (digits.length == 0 || digits.length > 19) {
            return OptionalLong.empty();
        }
        for (int i = negative ? 1 : 0; i < digits.length; i++) {
            int digit = Character.digit(digits[i], radix);
            if (digit < 0 || number > (Long.MAX_VALUE - digit) / radix) {
                return OptionalLong.empty();
            }
            number = number * radix + digit;
        }
        return OptionalLong.of(negative ? -number : number);
    }

    private static Optional<byte[]> hexadecimal(byte[] digits) {
        if (digits.length == 0 || digits.length % 2 != 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[digits.length / 2];
        for (int i = 0; i < bytes.length; i++) {
            int high = Character.digit(digits[2 * i], 16);
            int low = Character.digit(digits[2 * i + 1], 16);
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes[i] = (byte) (high << 4 | low);
        }
        return Optional.of(bytes);
    }

    /** Goes over the bytes once. */
    private static final class Reader {
        private final byte[] text;
        private final int to;
        private int at;

        Reader(byte[] text, int from, int to) {
            this.text = text;
            this.at = from;
            int end = to;
            while (end > from && text[end - 1] == 0) {
                end--; // some records end with NUL
            }
            this.to = end;
        }

        Optional<AuditRecord> record(int type) {
            if (!skip(HEAD)) {
                return Optional.empty();
            }
            OptionalLong seconds = digits(10);
            boolean dotted = skip(".");
            int fraction = at;
            OptionalLong millis = digits(3);
            dotted &= at - fraction == 3 && skip(":");
            OptionalLong serial = digits(19);
            if (!dotted || seconds.isEmpty() || millis.isEmpty() || serial.isEmpty() || !skip("):")) {
                return Optional.empty();
            }
            Map<String, Value> fields = new HashMap<>();
            if (!skip(" ") && at < to || !fields(fields)) {
                return Optional.empty();
            }
            return Optional.of(
                    new AuditRecord(type, seconds.getAsLong() * 1000 + millis.getAsLong(), serial.getAsLong(), fields));
        }

        private boolean fields(Map<String, Value> into) {
            while (at < to) {
                int start = at;
                while (at < to && text[at] != '=' && text[at] != ' ') {
                    at++;
                }
                if (at == start || at == to || text[at] != '=' || into.size() == MOST_FIELDS) {
                    return false;
                }
                String key = new String(text, start, at - start, StandardCharsets.ISO_8859_1);
                at++;
                Optional<Value> value = value();
                if (value.isEmpty() || into.put(key, value.get()) != null || !skip(" ") && at < to) {
                    return false;
                }
            }
            return true;
        }

        private Optional<Value> value() {
            boolean quoted = skip("\"");
            int start = at;
            while (at < to && text[at] != (quoted ? '"' : ' ')) {
                at++;
            }
            byte[] bytes = Arrays.copyOfRange(text, start, at);
            return !quoted || skip("\"") ? Optional.of(new Value(bytes, quoted)) : Optional.empty();
        }

        private OptionalLong digits(int most) {
            int start = at;
            while (at < to && at - start < most && text[at] >= '0' && text[at] <= '9') {
                at++;
            }
            return parseNumber(Arrays.copyOfRange(text, start, at), 10);
        }

        private boolean skip(String expected) {
            if (to - at < expected.length()) {
                return false;
            }
            for (int i = 0; i < expected.length(); i++) {
                if (text[at + i] != expected.charAt(i)) {
                    return false;
                }
            }
            at += expected.length();
            return true;
        }
    }
}
