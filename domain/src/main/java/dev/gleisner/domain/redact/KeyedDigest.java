package dev.gleisner.domain.redact;

import dev.gleisner.domain.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Names values without telling them: the first 16 bytes of HMAC-SHA-256 under a key of the session's own.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc2104 RFC 2104, HMAC
 */
final class KeyedDigest {
    static final String PREFIX = "keyed:";
    private static final int BLOCK = 64;
    private static final int SHOWN_BYTES = 16;
    private static final int LENGTH = PREFIX.length() + 2 * SHOWN_BYTES;

    private final byte[] inner = new byte[BLOCK];
    private final byte[] outer = new byte[BLOCK];

    KeyedDigest(byte[] key) {
        byte[] short64 = key.length > BLOCK ? Digest.newSha256().digest(key) : key;
        for (int i = 0; i < BLOCK; i++) {
            int k = i < short64.length ? short64[i] : 0;
            inner[i] = (byte) (k ^ 0x36);
            outer[i] = (byte) (k ^ 0x5c);
        }
    }

    /** What stands in the record for {@code value}. */
    String of(String value) {
        return PREFIX + HexFormat.of().formatHex(mac(value.getBytes(StandardCharsets.UTF_8)), 0, SHOWN_BYTES);
    }

    byte[] mac(byte[] message) {
        MessageDigest sha256 = Digest.newSha256();
        sha256.update(inner);
        byte[] first = sha256.digest(message);
        sha256.update(outer);
        return sha256.digest(first);
    }

    /** Where the keyed digest that begins at {@code at} ends; {@code at} when none begins there. */
    static int end(String text, int at) {
        if (!text.startsWith(PREFIX, at) || text.length() < at + LENGTH) {
            return at;
        }
        for (int i = at + PREFIX.length(); i < at + LENGTH; i++) {
            if (!Characters.isHex(text.charAt(i))) {
                return at;
            }
        }
        return at + LENGTH;
    }
}
