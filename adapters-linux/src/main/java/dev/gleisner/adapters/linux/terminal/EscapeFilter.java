package dev.gleisner.adapters.linux.terminal;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets a command paint on the real terminal and keeps it from using that terminal against the person in front of it.
 * A state machine over bytes; where the input is cut makes no difference to the output. A sequence is held back until
 * it is complete and judged, and then printed whole, so the real terminal is never left in the middle of one.
 *
 * <p>Passed: text in UTF-8, controls, colours, cursor, screens, scrolling, mouse and paste modes, titles, hyperlinks,
 * notifications (OSC 9), colour settings and questions, and all questions whose answer has a fixed form (device
 * attributes, cursor position, mode, size), because programs such as vim and claude need them.
 *
 * <p>Dropped:
 * <ul>
 *   <li>{@link Drop#CLIPBOARD}: OSC 52, which writes and reads the clipboard;
 *   <li>{@link Drop#QUERY}: questions whose answer holds text that the command chose or that is on the screen, for the
 *       answer is typed into whatever reads next: ENQ, title reports ({@code CSI 20 t}, {@code CSI 21 t}), checksums of
 *       the screen, reports of the terminal's state;
 *   <li>{@link Drop#DEVICE}: what makes the terminal do something else: every DCS (DECRQSS, termcap questions, function
 *       key definitions, tmux passthrough and control mode, sixel), APC (kitty graphics read files), PM, SOS, the titles
 *       of screen ({@code ESC k}), printing ({@code CSI i}), and every OSC that is not known to be harmless (fonts, file
 *       transfer, screen dumps, logs, shell integration);
 *   <li>{@link Drop#CONTROL}: what would make the real terminal read bytes in another way than this filter: 8-bit
 *       controls (also in UTF-8), bytes that are no UTF-8, {@code ESC %}, {@code ESC SP}, the VT52 and Tektronix modes,
 *       and sequences that are malformed or too long.
 * </ul>
 * The real terminal is taken to read UTF-8.
 *
 * @spec https://invisible-island.net/xterm/ctlseqs/ctlseqs.html XTerm control sequences
 */
public final class EscapeFilter {
    /** Why something was dropped. */
    public enum Drop {
        /** It would use the clipboard. */
        CLIPBOARD,
        /** The answer could carry text of the command's choice. */
        QUERY,
        /** It makes the terminal do more than show. */
        DEVICE,
        /** It is malformed, or changes how bytes are read. */
        CONTROL
    }

    private enum State {
        GROUND,
        UTF8,
        ESCAPE,
        CSI,
        CSI_IGNORE,
        OSC,
        STRING,
        STRING_ESCAPE,
        LINUX_PALETTE
    }

    private static final int ESC = 0x1b;
    private static final int BEL = 0x07;
    private static final int ENQ = 0x05;
    private static final int CAN = 0x18;
    private static final int SUB = 0x1a;
    private static final int DEL = 0x7f;
    private static final int MAX_CSI = 256;
    private static final int MAX_OSC = 8192;
    private static final int SLACK = 256;

    private final LongAdder clipboard = new LongAdder();
    private final LongAdder query = new LongAdder();
    private final LongAdder device = new LongAdder();
    private final LongAdder control = new LongAdder();
    private final TerminalModes modes = new TerminalModes();
    private final byte[] held = new byte[MAX_OSC];
    private int length;
    private boolean bad;
    private int need;
    private int low;
    private int high;
    private State state = State.GROUND;
    private State stringState = State.STRING;
    private byte[] out = new byte[0];
    private int at;

    /** The largest output of one call for that many bytes of input. */
    public static int outputBound(int input) {
        return input + MAX_OSC + SLACK;
    }

    /** How much was dropped for that reason: sequences, or single bytes. Any thread may ask. */
    public long dropped(Drop reason) {
        return counter(reason).sum();
    }

    /** How much was dropped for any reason. */
    public long dropped() {
        return clipboard.sum() + query.sum() + device.sum() + control.sum();
    }

    /**
     * Filters the next bytes.
     *
     * @param input holds them from its start
     * @param count how many
     * @param output gets what may pass; at least {@link #outputBound} of {@code count} long
     * @return how many bytes of {@code output} are to be printed
     */
    public int filter(byte[] input, int count, byte[] output) {
        out = output;
        at = 0;
        for (int i = 0; i < count; i++) {
            accept(input[i] & 0xff);
        }
        return at;
    }

    /**
     * The end: forgets what is incomplete and switches off the modes that the command left on (mouse, paste, alternate
     * screen, hidden cursor, keyboard protocols), so that the person's shell works.
     *
     * @param output gets what is to be printed; at least {@link #outputBound} of 0 long
     * @return how many bytes
     */
    public int finish(byte[] output) {
        out = output;
        at = 0;
        state = State.GROUND;
        length = 0;
        byte[] reset = modes.reset().getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(reset, 0, out, 0, reset.length);
        at = reset.length;
        return at;
    }

    private void accept(int b) {
        switch (state) {
            case GROUND -> ground(b);
            case UTF8 -> utf8(b);
            case ESCAPE -> escape(b);
            case CSI, CSI_IGNORE -> csi(b);
            case OSC -> osc(b);
            case STRING -> string(b);
            case STRING_ESCAPE -> stringEscape(b);
            case LINUX_PALETTE -> {
                if (b == ESC) {
                    begin(State.ESCAPE);
                } else if (++length == 7) {
                    state = State.GROUND;
                }
            }
        }
    }

    private void ground(int b) {
        if (b == ESC) {
            begin(State.ESCAPE);
        } else if (b < 0x80) {
            control(b);
        } else {
            lead(b);
        }
    }

    /** A byte that a terminal acts on at once, wherever it stands. */
    private void control(int b) {
        if (b == ENQ) {
            drop(Drop.QUERY);
        } else {
            out[at++] = (byte) b;
        }
    }

    private void lead(int b) {
        if (b >= 0xc2 && b <= 0xdf) {
            sequence(b, 1, 0x80, 0xbf);
        } else if (b >= 0xe0 && b <= 0xef) {
            sequence(b, 2, b == 0xe0 ? 0xa0 : 0x80, b == 0xed ? 0x9f : 0xbf);
        } else if (b >= 0xf0 && b <= 0xf4) {
            sequence(b, 3, b == 0xf0 ? 0x90 : 0x80, b == 0xf4 ? 0x8f : 0xbf);
        } else {
            drop(Drop.CONTROL);
        }
    }

    private void sequence(int b, int following, int lowest, int highest) {
        begin(State.UTF8);
        hold(b);
        need = following;
        low = lowest;
        high = highest;
    }

    private void utf8(int b) {
        if (b < low || b > high) {
            drop(Drop.CONTROL);
            state = State.GROUND;
            ground(b);
            return;
        }
        hold(b);
        low = 0x80;
        high = 0xbf;
        if (--need == 0) {
            state = State.GROUND;
            if (length == 2 && held[0] == (byte) 0xc2 && b < 0xa0) {
                drop(Drop.CONTROL); // U+0080 to U+009F are controls to a terminal
            } else {
                printHeld();
            }
        }
    }

    private void escape(int b) {
        if (b == ESC) {
            begin(State.ESCAPE);
        } else if (b == CAN || b == SUB) {
            state = State.GROUND;
        } else if (b < 0x20) {
            control(b);
        } else if (b >= 0x80) {
            drop(Drop.CONTROL);
            state = State.GROUND;
            ground(b);
        } else if (b < 0x30) {
            hold(b);
            if (length > 4) {
                drop(Drop.CONTROL);
                state = State.GROUND;
            }
        } else if (b != DEL && length > 0) {
            state = State.GROUND;
            if (held[0] == '%' || held[0] == ' ') {
                drop(Drop.CONTROL);
            } else {
                hold(b);
                out[at++] = ESC;
                printHeld();
            }
        } else if (b != DEL) {
            escapeFinal(b);
        }
    }

    private void escapeFinal(int b) {
        switch (b) {
            case '[' -> begin(State.CSI);
            case ']' -> begin(State.OSC);
            case 'P', 'X', '^', '_', 'k' -> {
                drop(Drop.DEVICE);
                begin(State.STRING);
            }
            default -> {
                state = State.GROUND;
                if (b == 'c') {
                    modes.clear();
                }
                out[at++] = ESC;
                out[at++] = (byte) b;
            }
        }
    }

    private void csi(int b) {
        if (b == ESC) {
            drop(Drop.CONTROL);
            begin(State.ESCAPE);
        } else if (b == CAN || b == SUB) {
            state = State.GROUND;
        } else if (b < 0x20) {
            control(b);
        } else if (b >= 0x80) {
            drop(Drop.CONTROL);
            state = State.GROUND;
            ground(b);
        } else if (b < 0x40) {
            if (length == MAX_CSI) {
                state = State.CSI_IGNORE;
            } else {
                hold(b);
            }
        } else if (b != DEL) {
            boolean whole = state == State.CSI;
            state = State.GROUND;
            if (!whole) {
                drop(Drop.CONTROL);
                return;
            }
            CsiRules.Verdict verdict = CsiRules.judge(held, length, b);
            if (verdict.drop().isPresent()) {
                drop(verdict.drop().get());
                return;
            }
            modes.note(held, length, b);
            out[at++] = ESC;
            out[at++] = '[';
            hold(b);
            printHeld();
        }
    }

    private void osc(int b) {
        if (b == BEL) {
            endOsc();
        } else if (b == ESC) {
            stringState = State.OSC;
            state = State.STRING_ESCAPE;
        } else if (b == CAN || b == SUB) {
            drop(Drop.CONTROL);
            state = State.GROUND;
        } else if (length == 0 && b == 'R') {
            drop(Drop.DEVICE); // the Linux console's palette reset, which has no end of its own
            state = State.GROUND;
        } else if (length == 0 && b == 'P') {
            drop(Drop.DEVICE); // and its palette entry: seven digits
            state = State.LINUX_PALETTE;
        } else if (b < 0x20 || b == DEL || length == MAX_OSC - 4) {
            bad = true;
        } else {
            hold(b);
        }
    }

    private void string(int b) {
        if (b == ESC) {
            stringState = State.STRING;
            state = State.STRING_ESCAPE;
        } else if (b == CAN || b == SUB) {
            state = State.GROUND;
        }
    }

    private void stringEscape(int b) {
        boolean inOsc = stringState == State.OSC;
        if (b == '\\' && inOsc) {
            endOsc();
        } else if (b == '\\') {
            state = State.GROUND;
        } else {
            if (inOsc) {
                drop(Drop.CONTROL);
            }
            begin(State.ESCAPE); // the string is cut off, and a sequence begins
            escape(b);
        }
    }

    /** Prints the OSC, always with ST at its end, when it is harmless. */
    private void endOsc() {
        state = State.GROUND;
        int number = 0;
        int digits = 0;
        while (digits < length && held[digits] >= '0' && held[digits] <= '9' && number < 100_000) {
            number = number * 10 + held[digits] - '0';
            digits++;
        }
        boolean wellFormed = digits > 0 && (digits == length || held[digits] == ';');
        if (wellFormed && number == 52) {
            drop(Drop.CLIPBOARD);
        } else if (bad || !wellFormed || !Utf8Text.printable(held, length)) {
            drop(Drop.CONTROL);
        } else if (!harmless(number)) {
            drop(Drop.DEVICE);
        } else {
            out[at++] = ESC;
            out[at++] = ']';
            printHeld();
            out[at++] = ESC;
            out[at++] = '\\';
        }
    }

    /** Titles, colours, hyperlinks, notifications, pointer shape, colour resets, marks of prompts. */
    private static boolean harmless(int number) {
        return switch (number) {
            case 0, 1, 2, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22 -> true;
            case 104, 105, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 133 -> true;
            default -> false;
        };
    }

    private void begin(State next) {
        state = next;
        length = 0;
        bad = false;
    }

    private void hold(int b) {
        held[length++] = (byte) b;
    }

    private void printHeld() {
        System.arraycopy(held, 0, out, at, length);
        at += length;
    }

    private void drop(Drop reason) {
        counter(reason).increment();
    }

    private LongAdder counter(Drop reason) {
        return switch (reason) {
            case CLIPBOARD -> clipboard;
            case QUERY -> query;
            case DEVICE -> device;
            case CONTROL -> control;
        };
    }
}
