package dev.gleisner.adapters.linux.terminal;

/** Whether bytes are text that no terminal takes for a command. */
final class Utf8Text {
    private Utf8Text() {}

    /** Whether the first {@code length} bytes are well-formed UTF-8 without any control character, 8-bit ones too. */
    static boolean printable(byte[] bytes, int length) {
        int i = 0;
        while (i < length) {
            int b = bytes[i++] & 0xff;
            if (b < 0x20 || b == 0x7f || (b >= 0x80 && b < 0xc2) || b > 0xf4) {
                return false;
            }
            int following = b < 0x80 ? 0 : b < 0xe0 ? 1 : b < 0xf0 ? 2 : 3;
            int low = b == 0xc2 ? 0xa0 : b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80; // C2 80 to C2 9F are controls
            int high = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
            for (int k = 0; k < following; k++) {
                if (i == length || (bytes[i] & 0xff) < low || (bytes[i] & 0xff) > high) {
                    return false;
                }
                i++;
                low = 0x80;
                high = 0xbf;
            }
        }
        return true;
    }
}
