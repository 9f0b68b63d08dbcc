package dev.gleisner.domain.event;

import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.domain.sandbox.Exit;
import java.util.List;

/**
 * The one line of the audit log that stands for an event: canonical JSON (members sorted as RFC 8785 asks) and a
 * line feed.
 */
public final class EventLine {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private EventLine() {}

    /** Appends the line for {@code recorded}, its line feed included. */
    public static void append(RecordedEvent recorded, Utf8Buffer out) {
        // Members are written in sorted order by hand: the hot path has no map to sort. What the events add stands
        // between what every line has: errno, monotonicNanos, pid, processStartMicros, sequence, source, time, type.
        out.ascii('{');
        switch (recorded.event()) {
            case Event.FileRead(var path) -> path(recorded, path, out);
            case Event.FileWritten(var path) -> path(recorded, path, out);
            case Event.FileCreated(var path) -> path(recorded, path, out);
            case Event.FileDeleted(var path) -> path(recorded, path, out);
            case Event.AttributesChanged(var path) -> path(recorded, path, out);
            case Event.DirectoryCreated(var path) -> path(recorded, path, out);
            case Event.DirectoryDeleted(var path) -> path(recorded, path, out);
            case Event.FileRenamed(var path, var newPath) -> paths(recorded, path, newPath, out);
            case Event.FileLinked(var path, var newPath) -> paths(recorded, path, newPath, out);
            case Event.SymbolicLinkCreated(var path, var target) -> {
                errno(recorded, out);
                monotonic(recorded, out);
                text("path", path, out);
                process(recorded, out);
                sequenceAndSource(recorded, out);
                text("target", target, out);
                tail(recorded, out);
            }
            case Event.Repeated(var repeated, var path, var count) -> {
                number("count", count, out);
                errno(recorded, out);
                monotonic(recorded, out);
                text("path", path, out);
                process(recorded, out);
                text("repeated", repeated, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.ProcessForked(var child, var childStart) -> {
                number("childPid", child, out);
                if (childStart != 0) {
                    number("childStartMicros", childStart, out);
                }
                errno(recorded, out);
                monotonic(recorded, out);
                process(recorded, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.ProcessExec(var parent, var executable, var argv, var truncated, var directory) -> {
                strings("argv", argv, out);
                text("cwd", directory, out);
                errno(recorded, out);
                text("executable", executable, out);
                monotonic(recorded, out);
                if (parent != 0) {
                    number("parentPid", parent, out);
                }
                process(recorded, out);
                sequenceAndSource(recorded, out);
                time(recorded, out);
                if (truncated) {
                    out.ascii("\"truncated\":true,");
                }
                type(recorded, out);
            }
            case Event.ProcessExit(var exit) -> {
                errno(recorded, out);
                if (exit instanceof Exit.Code(var code)) {
                    number("exitCode", code, out);
                }
                monotonic(recorded, out);
                process(recorded, out);
                number("sequence", recorded.sequence(), out);
                if (exit instanceof Exit.Signal(var signal)) {
                    number("signal", signal, out);
                }
                text("source", recorded.origin().source(), out);
                tail(recorded, out);
            }
            case Event.NetworkConnect(var protocol, var address) -> network(recorded, protocol, address, out);
            case Event.NetworkBind(var protocol, var address) -> network(recorded, protocol, address, out);
            case Event.NetworkAccept(var protocol, var address) -> network(recorded, protocol, address, out);
            case Event.NetworkSend(var protocol, var address) -> network(recorded, protocol, address, out);
            case Event.NetworkTraffic(var protocol, var address, var sent, var received) -> {
                text("address", address, out);
                errno(recorded, out);
                monotonic(recorded, out);
                process(recorded, out);
                text("protocol", protocol, out);
                number("receivedBytes", received, out);
                number("sentBytes", sent, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.Denied(var layer, var attempt, var hint) -> {
                text("attempt", attempt, out);
                errno(recorded, out);
                text("hint", hint, out);
                text("layer", layer, out);
                monotonic(recorded, out);
                process(recorded, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.EventsLost(var count, var repair) -> {
                number("count", count, out);
                errno(recorded, out);
                monotonic(recorded, out);
                process(recorded, out);
                text("repair", repair, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.SessionStarted(var id, var policy, var argv) -> {
                strings("argv", argv, out);
                text("effectivePolicy", policy, out);
                errno(recorded, out);
                monotonic(recorded, out);
                process(recorded, out);
                number("sequence", recorded.sequence(), out);
                text("session", id, out);
                text("source", recorded.origin().source(), out);
                tail(recorded, out);
            }
            case Event.Interrupted(var reason) -> {
                errno(recorded, out);
                monotonic(recorded, out);
                process(recorded, out);
                text("reason", reason, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.SessionFinished(var status) -> {
                errno(recorded, out);
                monotonic(recorded, out);
                process(recorded, out);
                sequenceAndSource(recorded, out);
                number("status", status, out);
                tail(recorded, out);
            }
        }
    }

    private static void path(RecordedEvent recorded, String path, Utf8Buffer out) {
        errno(recorded, out);
        monotonic(recorded, out);
        text("path", path, out);
        process(recorded, out);
        sequenceAndSource(recorded, out);
        tail(recorded, out);
    }

    private static void paths(RecordedEvent recorded, String path, String newPath, Utf8Buffer out) {
        errno(recorded, out);
        monotonic(recorded, out);
        text("newPath", newPath, out);
        text("path", path, out);
        process(recorded, out);
        sequenceAndSource(recorded, out);
        tail(recorded, out);
    }

    private static void network(RecordedEvent recorded, String protocol, String address, Utf8Buffer out) {
        text("address", address, out);
        errno(recorded, out);
        monotonic(recorded, out);
        process(recorded, out);
        text("protocol", protocol, out);
        sequenceAndSource(recorded, out);
        tail(recorded, out);
    }

    private static void errno(RecordedEvent recorded, Utf8Buffer out) {
        if (recorded.origin().errno() != 0) {
            text("errno", ErrnoName.of(recorded.origin().errno()), out);
        }
    }

    private static void monotonic(RecordedEvent recorded, Utf8Buffer out) {
        number("monotonicNanos", recorded.monotonicNanos(), out);
    }

    private static void process(RecordedEvent recorded, Utf8Buffer out) {
        Origin origin = recorded.origin();
        if (origin.pid() != 0) {
            number("pid", origin.pid(), out);
        }
        if (origin.startMicros() != 0) {
            number("processStartMicros", origin.startMicros(), out);
        }
    }

    private static void sequenceAndSource(RecordedEvent recorded, Utf8Buffer out) {
        number("sequence", recorded.sequence(), out);
        text("source", recorded.origin().source(), out);
    }

    private static void tail(RecordedEvent recorded, Utf8Buffer out) {
        time(recorded, out);
        type(recorded, out);
    }

    private static void time(RecordedEvent recorded, Utf8Buffer out) {
        out.ascii("\"time\":\"");
        time(recorded.wallNanos(), out);
        out.ascii("\",");
    }

    private static void type(RecordedEvent recorded, Utf8Buffer out) {
        out.ascii("\"type\":").quoted(recorded.event().type()).ascii("}").ascii('\n');
    }

    /** RFC 3339 in UTC with nine digits of fraction: {@code 2026-11-22T10:15:30.000000001Z}. */
    private static void time(long wallNanos, Utf8Buffer out) {
        long seconds = Math.floorDiv(wallNanos, NANOS_PER_SECOND);
        long days = Math.floorDiv(seconds, 86_400L);
        int secondOfDay = (int) Math.floorMod(seconds, 86_400L);
        // Civil date from a day count, by eras of 400 years that start on March 1.
        long shifted = days + 719_468;
        long era = Math.floorDiv(shifted, 146_097L);
        long dayOfEra = Math.floorMod(shifted, 146_097L);
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long month = (5 * dayOfYear + 2) / 153;
        long day = dayOfYear - (153 * month + 2) / 5 + 1;
        long civilMonth = month < 10 ? month + 3 : month - 9;
        long year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0);
        padded(year, 4, out).ascii('-');
        padded(civilMonth, 2, out).ascii('-');
        padded(day, 2, out).ascii('T');
        padded(secondOfDay / 3600, 2, out).ascii(':');
        padded(secondOfDay / 60 % 60, 2, out).ascii(':');
        padded(secondOfDay % 60, 2, out).ascii('.');
        padded(Math.floorMod(wallNanos, NANOS_PER_SECOND), 9, out).ascii('Z');
    }

    private static Utf8Buffer padded(long value, int digits, Utf8Buffer out) {
        long power = 10;
        for (int i = 2; i < digits; i++) {
            power *= 10;
        }
        for (; power > value && power > 1; power /= 10) {
            out.ascii('0');
        }
        return out.decimal(value);
    }

    private static void text(String name, String value, Utf8Buffer out) {
        out.ascii('"').ascii(name).ascii("\":").quoted(value).ascii(',');
    }

    private static void number(String name, long value, Utf8Buffer out) {
        out.ascii('"').ascii(name).ascii("\":").decimal(value).ascii(',');
    }

    private static void strings(String name, List<String> values, Utf8Buffer out) {
        out.ascii('"').ascii(name).ascii("\":[");
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.ascii(',');
            }
            out.quoted(values.get(i));
        }
        out.ascii("],");
    }
}
