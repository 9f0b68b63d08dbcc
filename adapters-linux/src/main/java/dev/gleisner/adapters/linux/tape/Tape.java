package dev.gleisner.adapters.linux.tape;

import java.util.List;

/**
 * The whole plan.
 *
 * @param ops in order
 * @param probes which of them are probes, and what is expected of them
 */
public record Tape(List<Op> ops, List<Probe> probes) {
    /** The tape's own descriptor in init. */
    public static final int TAPE_FD = 3;

    /** Where init writes its records. */
    public static final int STATUS_FD = 4;

    /** Where init waits for the release; also carries the terminal's descriptor to the supervisor. */
    public static final int CONTROL_FD = 5;

    /** Tag of the report that names process 1, as the host numbers it. */
    public static final int TAG_PROCESS_ONE = 1;

    /** Tag of the report that names the seccomp listener's descriptor, in the command-to-be. */
    public static final int TAG_LISTENER = 2;

    public Tape {
        ops = List.copyOf(ops);
        probes = List.copyOf(probes);
    }
}
