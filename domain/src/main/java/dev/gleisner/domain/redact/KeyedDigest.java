package dev.gleisner.domain.redact;

import dev.gleisner.domain.digest.Hmac;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Names values without telling them: the first 16 bytes of HMAC-SHA-256 under a key of the session's own. */
final class KeyedDigest {
    static final String PREFIX = "keyed:";
    private static final int SHOWN_BYTES = 16;
    private static final int LENGTH = PREFIX.length() + 2 * SHOWN_BYTES;

    /** Shorter ones are often words that mean nothing elsewhere. */
    private static final int SHORTEST_REMEMBERED = 6;

    private static final int SHORTEST_PART = 8;
    private static final int MOST_REMEMBERED = 256;

    private final Hmac hmac;
    /** What was taken out so far: a program hands a secret on without the name that told it was one. */
    private final List<String> remembered = new CopyOnWriteArrayList<>();

    KeyedDigest(byte[] key) {
        hmac = new Hmac(key);
    }

    /** What stands in the record for {@code value}. */
    String of(String value) {
        if (value.length() >= SHORTEST_REMEMBERED
                && remembered.size() < MOST_REMEMBERED
                && !remembered.contains(value)) {
            remembered.add(value);
        }
        return digest(value);
    }

    /** The text without the values that were taken out of others before. */
    String withoutRemembered(String text) {
        String shown = text;
        for (String value : remembered) {
            if (shown.equals(value)) {
                return digest(value);
            }
            if (value.length() >= SHORTEST_PART) {
                shown = withoutWord(shown, value);
            }
        }
        return shown;
    }

    /** Where it stands apart from letters and digits: as a part of a longer word it is another one. */
    private String withoutWord(String text, String value) {
        StringBuilder out = new StringBuilder();
        int copied = 0;
        for (int at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
            int end = at + value.length();
            boolean apart = (at == 0 || !Characters.isAlphanumeric(text.charAt(at - 1)))
                    && (end == text.length() || !Characters.isAlphanumeric(text.charAt(end)));
            if (apart && at >= copied) {
                out.append(text, copied, at).append(digest(value));
                copied = end;
            }
        }
        return copied == 0 ? text : out.append(text, copied, text.length()).toString();
    }

    private String digest(String value) {
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
