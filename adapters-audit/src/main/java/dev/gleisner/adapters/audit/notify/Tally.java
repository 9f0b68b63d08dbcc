package dev.gleisner.adapters.audit.notify;

import java.util.SortedMap;
import java.util.TreeMap;

/** What was only counted. Written by the reading thread, read when that has ended. */
final class Tally {
    /** Events given. */
    long events;

    /** Events with something cut off. */
    long truncated;

    /** Calls on names that do not exist. */
    long absent;

    /** Calls whose thread died before they were made. */
    long gone;

    /** Calls with arguments that point nowhere; the kernel refuses them, too. */
    long unreadable;

    /** Calls of processes that do not let themselves be looked at. */
    long forbidden;

    /** Calls with names longer than any path; the kernel refuses them, too. */
    long tooLong;

    /** Calls on what has no name: pipes, sockets, files that were made without one. */
    long nameless;

    /** Ways opened past the calls that are watched. */
    long evasions;

    /** Processes whose end was not seen. */
    long unwatched;

    /** For the report; what did not occur is left out. */
    SortedMap<String, Long> counters() {
        SortedMap<String, Long> counters = new TreeMap<>();
        put(counters, "absent", absent);
        put(counters, "gone", gone);
        put(counters, "unreadable", unreadable);
        put(counters, "forbidden", forbidden);
        put(counters, "too-long", tooLong);
        put(counters, "nameless", nameless);
        put(counters, "evasions", evasions);
        put(counters, "unwatched", unwatched);
        return counters;
    }

    private static void put(SortedMap<String, Long> counters, String name, long count) {
        if (count != 0) {
            counters.put(name, count);
        }
    }
}
