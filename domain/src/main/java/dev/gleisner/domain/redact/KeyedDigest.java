package dev.gleisner.domain.redact;

import dev.gleisner.domain.digest.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Names values without telling them: the first 16 bytes of HMAC-SHA-256 under a key of the session's own. */
final class KeyedDigest {
    static final String PREFIX = "keyed:";
    private static final int SHOWN_BYTES = 16;
    private static final int LENGTH = PREFIX.length() + 2 * SHOWN_BYTES;

    private final Hmac hmac;

    KeyedDigest(byte[] key) {
        hmac = new Hmac(key);
    }

    /** What stands in the record for {@code value}. */
    String of(String value) {
        return PREFIX + HexFormat.of().formatHex(hmac.of(value.getBytes(StandardCharsets.UTF_8)), 0, SHOWN_BYTES);
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
