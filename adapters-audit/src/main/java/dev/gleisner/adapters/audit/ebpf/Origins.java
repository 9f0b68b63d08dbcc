package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.domain.event.Origin;
import org.jspecify.annotations.Nullable;

/**
 * One {@link Origin} for each process, made once. Of bounded size: processes that share a place push each other out,
 * which costs an object and nothing else.
 */
final class Origins {
    private static final int PLACES = 4096;
    private static final long NANOS_PER_MICRO = 1000;

    private final @Nullable Origin[] processes = new Origin[PLACES];
    private final @Nullable Origin[] failures = new Origin[PLACES];
    private final @Nullable Origin[] ended = new Origin[PLACES];

    /** The process with this number and start (nanoseconds since boot), and how its attempt ended. */
    Origin of(int pid, long startNanos, int errno) {
        long number = pid & 0xffff_ffffL;
        long micros = startNanos / NANOS_PER_MICRO;
        @Nullable Origin[] table = errno == 0 ? processes : failures;
        int place = (pid ^ errno * 0x9e3) & PLACES - 1;
        Origin known = table[place];
        if (known != null && known.pid() == number && known.startMicros() == micros && known.errno() == errno) {
            return known;
        }
        Origin made = new Origin(EbpfSensor.NAME, number, micros, errno);
        table[place] = made;
        return made;
    }

    /**
     * Whether this is the first time that the process is said to have ended. Two threads that end at the same moment can
     * both be the last one for the program that tells us.
     */
    boolean ends(Origin origin) {
        int place = (int) origin.pid() & PLACES - 1;
        boolean first = !origin.equals(ended[place]);
        ended[place] = origin;
        return first;
    }
}
