package dev.gleisner.adapters.linux.tape;

import java.util.List;

/** The whole plan, in order. */
public record Tape(List<Op> ops) {
    /** The tape's own descriptor in init. */
    public static final int TAPE_FD = 3;

    /** Where init writes its records. */
    public static final int STATUS_FD = 4;

    /** Where init waits for the release; also carries the terminal's descriptor to the supervisor. */
    public static final int CONTROL_FD = 5;

    public Tape {
        ops = List.copyOf(ops);
    }
}
