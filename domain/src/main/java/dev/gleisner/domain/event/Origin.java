package dev.gleisner.domain.event;

import org.jspecify.annotations.Nullable;

/**
 * Where an event comes from: who saw it, which process did it, and how the attempt ended. One instance serves all
 * successful events of a process.
 *
 * @param source who saw it: a sensor's name, or {@code supervisor}
 * @param pid the process (thread group) that did it, as the host numbers it; 0 when the source cannot tell
 * @param startMicros when that process was started, in microseconds since the machine was booted: with the number it
 *     names one process for good; 0 when the source cannot tell
 * @param errno why the attempt failed; 0 when it worked; {@link #UNKNOWN} when the source saw
 *     it before it was carried out, and does not know what came of it
 */
public record Origin(String source, long pid, long startMicros, int errno) {
    /** In place of an error number: it was tried. */
    public static final int UNKNOWN = -1;

    public Origin {
        if (pid < 0 || startMicros < 0 || errno < UNKNOWN) {
            throw new IllegalArgumentException("pid " + pid + ", start " + startMicros + ", errno " + errno);
        }
    }

    /** A source that does not know the process. */
    public static Origin of(String source) {
        return new Origin(source, 0, 0, 0);
    }

    /** The same process, with an attempt that failed. */
    public Origin failed(int number) {
        return new Origin(source, pid, startMicros, number);
    }

    /** Whether what the event says did happen. */
    public boolean worked() {
        return errno == 0;
    }

    /** Whether it was tried, and did not work. */
    public boolean didFail() {
        return errno > 0;
    }

    /** Whether it was tried, and the source does not know what came of it. */
    public boolean tried() {
        return errno == UNKNOWN;
    }

    // Written out: what the compiler leaves to the first call costs a cold process milliseconds to link.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Origin origin
                && pid == origin.pid
                && startMicros == origin.startMicros
                && errno == origin.errno
                && source.equals(origin.source);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(pid) + Long.hashCode(startMicros)) + errno;
    }
}
