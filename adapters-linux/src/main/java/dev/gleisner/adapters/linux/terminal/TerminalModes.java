package dev.gleisner.adapters.linux.terminal;

/** The modes that a command switched on and that would trouble the shell that comes after it. */
final class TerminalModes {
    /** Private modes whose normal state is off; DECCKM, mouse, focus, alternate screen, paste, synchronised output. */
    private static final int[] NORMALLY_OFF = {
        1, 9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 47, 1047, 1049, 2004, 2026
    };

    private static final int CURSOR_VISIBLE = 25;
    private static final int MOST_PUSHES = 16;

    private int on;
    private boolean cursorHidden;
    private boolean otherKeys;
    private int keyboardPushes;

    /** The terminal was reset as a whole. */
    void clear() {
        on = 0;
        cursorHidden = false;
        otherKeys = false;
        keyboardPushes = 0;
    }

    /** That control sequence passed. */
    void note(byte[] held, int length, int last) {
        if (length == 0) {
            return;
        }
        boolean set = last == 'h';
        if (held[0] == '?' && (set || last == 'l')) {
            for (int i = 0; i < NORMALLY_OFF.length; i++) {
                if (CsiRules.has(held, length, NORMALLY_OFF[i])) {
                    on = set ? on | 1 << i : on & ~(1 << i);
                }
            }
            if (CsiRules.has(held, length, CURSOR_VISIBLE)) {
                cursorHidden = !set;
            }
        } else if (last == 'u' && held[0] == '>') {
            keyboardPushes = Math.min(keyboardPushes + 1, MOST_PUSHES);
        } else if (last == 'u' && held[0] == '<') {
            keyboardPushes = Math.max(0, keyboardPushes - Math.max(1, CsiRules.parameter(held, 1, length)));
        } else if (last == 'm' && held[0] == '>' && CsiRules.parameter(held, 1, length) == 4) {
            otherKeys = length > 2 && held[length - 1] != '0';
        }
    }

    /** What puts the terminal back; empty when nothing is left on. */
    String reset() {
        StringBuilder text = new StringBuilder();
        if (keyboardPushes > 0) {
            text.append("\033[<").append(keyboardPushes).append('u');
        }
        if (otherKeys) {
            text.append("\033[>4m");
        }
        for (int i = 0; i < NORMALLY_OFF.length; i++) {
            if ((on & 1 << i) != 0) {
                text.append("\033[?").append(NORMALLY_OFF[i]).append('l');
            }
        }
        if (cursorHidden) {
            text.append("\033[?25h");
        }
        clear();
        return text.toString();
    }
}
