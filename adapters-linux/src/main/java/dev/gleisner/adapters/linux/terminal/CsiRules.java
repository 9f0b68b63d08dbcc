package dev.gleisner.adapters.linux.terminal;

import dev.gleisner.adapters.linux.terminal.EscapeFilter.Drop;
import java.util.Optional;

/** Which control sequences ({@code CSI}) do not reach the real terminal. */
final class CsiRules {
    /** The answer; empty lets it pass. */
    enum Verdict {
        PASS(Optional.empty()),
        QUERY(Optional.of(Drop.QUERY)),
        DEVICE(Optional.of(Drop.DEVICE)),
        CONTROL(Optional.of(Drop.CONTROL));

        private final Optional<Drop> drop;

        Verdict(Optional<Drop> drop) {
            this.drop = drop;
        }

        Optional<Drop> drop() {
            return drop;
        }
    }

    private CsiRules() {}

    /** Judges the sequence with these bytes (parameters and intermediates) before its final byte. */
    static Verdict judge(byte[] held, int length, int last) {
        int parameters = 0;
        while (parameters < length && held[parameters] >= 0x30) {
            parameters++;
        }
        for (int i = parameters; i < length; i++) {
            if (held[i] >= 0x30) {
                return Verdict.CONTROL; // a parameter after an intermediate: terminals ignore it, each in its way
            }
        }
        int intermediate = parameters < length ? held[parameters] : 0;
        boolean question = length > 0 && held[0] == '?';
        return switch (last) {
            case 't' -> {
                int first = parameter(held, question ? 1 : 0, parameters);
                yield intermediate == 0 && (first == 20 || first == 21) ? Verdict.QUERY : Verdict.PASS;
            }
            case 'y' -> intermediate == '*' ? Verdict.QUERY : Verdict.PASS; // DECRQCRA
            case 'u', 'w' -> intermediate == '$' ? Verdict.QUERY : Verdict.PASS; // DECRQTSR, DECRQPSR
            case 'i' -> Verdict.DEVICE; // media copy
            case 'l' -> question && has(held, parameters, 2) ? Verdict.CONTROL : Verdict.PASS; // VT52
            case 'h' -> question && has(held, parameters, 38) ? Verdict.CONTROL : Verdict.PASS; // Tektronix
            default -> Verdict.PASS;
        };
    }

    /** The decimal number that begins there; 0 when there is none, and never more than 99999. */
    static int parameter(byte[] held, int from, int to) {
        int value = 0;
        for (int i = from; i < to && held[i] >= '0' && held[i] <= '9'; i++) {
            value = Math.min(value * 10 + held[i] - '0', 99_999);
        }
        return value;
    }

    /** Whether that number is among the private parameters. */
    static boolean has(byte[] held, int parameters, int wanted) {
        int from = 1;
        while (from <= parameters) {
            if (parameter(held, from, parameters) == wanted) {
                return true;
            }
            while (from < parameters && held[from] != ';' && held[from] != ':') {
                from++;
            }
            from++;
        }
        return false;
    }
}
