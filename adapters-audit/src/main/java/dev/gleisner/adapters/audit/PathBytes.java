package dev.gleisner.adapters.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The bytes that the kernel gets for a {@link Path}, whatever the locale of this process. */
final class PathBytes {
    private PathBytes() {}

    /** The bytes of the absolute form of {@code path}, without a slash at the end. */
    static byte[] of(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        String text = absolute.toString();
        boolean ascii = true;
        for (int i = 0; i < text.length() && ascii; i++) {
            ascii = text.charAt(i) < 0x80 && text.charAt(i) != '?';
        }
        if (ascii) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        // A Path keeps bytes; its toString() decodes them by the locale and may lose some. Its URI keeps them all.
        String escaped = absolute.toUri().getRawPath();
        byte[] out = new byte[escaped.length()];
        int length = 0;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                c = (char) Integer.parseInt(escaped.substring(i + 1, i + 3), 16);
                i += 2;
            }
            out[length++] = (byte) c;
        }
        while (length > 1 && out[length - 1] == '/') {
            length--;
        }
        return java.util.Arrays.copyOf(out, length);
    }
}
