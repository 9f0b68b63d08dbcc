package dev.gleisner.cli.command;

/** Text from evidence or from a recorded command, which must not steer the reader's terminal. */
final class Printable {
    private Printable() {}

    /**
     * The text with everything that a terminal might act on, or that hides or reorders other characters, as {@code
     * \xNN} or <code>&#92;u{N}</code>.
     */
    static String of(String text) {
        int safe = 0;
        while (safe < text.length() && text.charAt(safe) >= 0x20 && text.charAt(safe) < 0x7f) {
            safe++;
        }
        if (safe == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            at += Character.charCount(point);
            if (!acts(point)) {
                out.appendCodePoint(point);
            } else if (point < 0x100) {
                out.append("\\x")
                        .append(Character.forDigit(point >> 4, 16))
                        .append(Character.forDigit(point & 0xf, 16));
            } else {
                out.append("\\u{").append(Integer.toHexString(point)).append('}');
            }
        }
        return out.toString();
    }

    private static boolean acts(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
