package dev.gleisner.adapters.signing;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads and writes the little DER that keys and ECDSA signatures need. Lengths must be definite and minimal,
 * integers minimal, and nothing may follow a value that should be the last.
 *
 * @spec https://www.itu.int/rec/T-REC-X.690 X.690
 */
final class Der {
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;
    /** {@code [0]}, constructed. */
    static final int CONTEXT_0 = 0xa0;
    /** {@code [1]}, constructed. */
    static final int CONTEXT_1 = 0xa1;

    private final byte[] data;
    private final int end;
    private int at;

    /** A reader over all of {@code data}. */
    Der(byte[] data) {
        this(data, 0, data.length);
    }

    private Der(byte[] data, int from, int end) {
        this.data = data;
        this.at = from;
        this.end = end;
    }

    /** Whether a value with that tag comes next. */
    boolean next(int tag) {
        return at < end && (data[at] & 0xff) == tag;
    }

    /** Whether everything is read. */
    boolean atEnd() {
        return at == end;
    }

    /** Refuses what is left. */
    void finish() throws DerException {
        if (at != end) {
            throw new DerException(end - at + " bytes too many at offset " + at);
        }
    }

    /** A reader over the content of the next value, which must have that tag. */
    Der enter(int tag) throws DerException {
        if (end - at < 2) {
            throw new DerException("ends at offset " + at + ", where tag 0x" + Integer.toHexString(tag) + " should be");
        }
        int found = data[at] & 0xff;
        if (found != tag) {
            throw new DerException("tag 0x" + Integer.toHexString(found) + " at offset " + at + ", expected 0x"
                    + Integer.toHexString(tag));
        }
        int length = data[at + 1] & 0xff;
        int from = at + 2;
        if (length >= 0x80) {
            int count = length & 0x7f;
            if (count == 0 || count > 3 || end - from < count) {
                throw new DerException("bad length at offset " + (at + 1));
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = length << 8 | data[from++] & 0xff;
            }
            if (length < 0x80 || length >> 8 * (count - 1) == 0) {
                throw new DerException("length is not minimal at offset " + (at + 1));
            }
        }
        if (end - from < length) {
            throw new DerException("length " + length + " at offset " + (at + 1) + " goes beyond the end");
        }
        at = from + length;
        return new Der(data, from, at);
    }

    /** The content of the next value, which must have that tag. */
    byte[] octets(int tag) throws DerException {
        Der content = enter(tag);
        return Arrays.copyOfRange(data, content.at, content.end);
    }

    /** The next value, an INTEGER. */
    BigInteger integer() throws DerException {
        byte[] content = octets(INTEGER);
        if (content.length == 0 || content.length > 1 && content[0] == content[1] >> 7) {
            throw new DerException("integer is not minimal before offset " + at);
        }
        return new BigInteger(content);
    }

    /** The next value, an INTEGER between 0 and {@code max}. */
    int integer(int max) throws DerException {
        BigInteger value = integer();
        if (value.signum() < 0 || value.compareTo(BigInteger.valueOf(max)) > 0) {
            throw new DerException("integer " + value.toString(16) + " is not between 0 and " + max);
        }
        return value.intValueExact();
    }

    /** The octets of the next value, a BIT STRING of whole octets. */
    byte[] bits() throws DerException {
        byte[] content = octets(BIT_STRING);
        if (content.length == 0 || content[0] != 0) {
            throw new DerException("bit string of broken octets before offset " + at);
        }
        return Arrays.copyOfRange(content, 1, content.length);
    }

    /** Refuses anything but that object identifier, given as its content octets. */
    void oid(byte[] expected) throws DerException {
        if (!Arrays.equals(octets(OID), expected)) {
            throw new DerException("another object identifier than expected before offset " + at);
        }
    }

    /** A value with that tag around the concatenated parts. */
    static byte[] encode(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        int header = length < 0x80 ? 2 : length < 0x100 ? 3 : length < 0x10000 ? 4 : 5;
        byte[] out = new byte[header + length];
        out[0] = (byte) tag;
        if (header == 2) {
            out[1] = (byte) length;
        } else {
            out[1] = (byte) (0x80 | header - 2);
            for (int i = header - 1, rest = length; i > 1; i--, rest >>= 8) {
                out[i] = (byte) rest;
            }
        }
        int to = header;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, out, to, part.length);
            to += part.length;
        }
        return out;
    }

    /** An INTEGER. */
    static byte[] encode(BigInteger value) {
        return encode(INTEGER, value.toByteArray());
    }
}
