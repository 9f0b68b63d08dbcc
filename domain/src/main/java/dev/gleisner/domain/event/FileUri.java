package dev.gleisner.domain.event;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * {@code file:} URIs of the paths in logs.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc8089 RFC 8089
 */
public final class FileUri {
    private FileUri() {}

    /** A text that is none of ours, such as one that was cut off, is taken as it stands. */
    private static byte[] bytes(String path) {
        try {
            return PathText.encode(path);
        } catch (IllegalArgumentException _) {
            return path.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The URI of an absolute path in the form of {@link PathText}: its bytes, percent-encoded where they must be. */
    public static String of(String path) {
        byte[] bytes = bytes(path);
        StringBuilder uri = new StringBuilder(bytes.length + 7).append("file://");
        HexFormat hex = HexFormat.of().withUpperCase();
        for (byte each : bytes) {
            char c = (char) (each & 0xff);
            boolean plain = c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || "/-._~!$&'()*+,;=:@".indexOf(c) >= 0;
            if (plain) {
                uri.append(c);
            } else {
                uri.append('%').append(hex.toHexDigits(each));
            }
        }
        return uri.toString();
    }
}
