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
        // Members are written in sorted order by hand: the hot path has no map to sort.
        Event event = recorded.event();
        out.ascii('{');
        switch (event) {
            case Event.SessionStarted(var id, var policy, var argv) -> {
                strings("argv", argv, out);
                text("effectivePolicy", policy, out);
                number("monotonicNanos", recorded.monotonicNanos(), out);
                number("sequence", recorded.sequence(), out);
                text("session", id, out);
                text("source", recorded.source(), out);
                tail(recorded, out);
            }
            case Event.ProcessExec(var pid, var executable, var argv, var directory) -> {
                strings("argv", argv, out);
                text("cwd", directory, out);
                text("executable", executable, out);
                number("monotonicNanos", recorded.monotonicNanos(), out);
                number("pid", pid, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.ProcessExit(var pid, var exit) -> {
                if (exit instanceof Exit.Code(var code)) {
                    number("exitCode", code, out);
                }
                number("monotonicNanos", recorded.monotonicNanos(), out);
                number("pid", pid, out);
                number("sequence", recorded.sequence(), out);
                if (exit instanceof Exit.Signal(var signal)) {
                    number("signal", signal, out);
                }
                text("source", recorded.source(), out);
                tail(recorded, out);
            }
            case Event.FileRead(var path) -> path(recorded, path, out);
            case Event.FileCreated(var path) -> path(recorded, path, out);
            case Event.FileWritten(var path) -> path(recorded, path, out);
            case Event.FileDeleted(var path) -> path(recorded, path, out);
            case Event.AttributesChanged(var path) -> path(recorded, path, out);
            case Event.DirectoryCreated(var path) -> path(recorded, path, out);
            case Event.DirectoryDeleted(var path) -> path(recorded, path, out);
            case Event.FileRenamed(var path, var newPath) -> {
                number("monotonicNanos", recorded.monotonicNanos(), out);
                text("newPath", newPath, out);
                text("path", path, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.Denied(var layer, var attempt, var hint) -> {
                text("attempt", attempt, out);
                text("hint", hint, out);
                text("layer", layer, out);
                number("monotonicNanos", recorded.monotonicNanos(), out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.EventsLost(var count, var repair) -> {
                number("count", count, out);
                number("monotonicNanos", recorded.monotonicNanos(), out);
                text("repair", repair, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.Interrupted(var reason) -> {
                number("monotonicNanos", recorded.monotonicNanos(), out);
                text("reason", reason, out);
                sequenceAndSource(recorded, out);
                tail(recorded, out);
            }
            case Event.SessionFinished(var status) -> {
                number("monotonicNanos", recorded.monotonicNanos(), out);
                sequenceAndSource(recorded, out);
                number("status", status, out);
                tail(recorded, out);
            }
        }
    }

    private static void path(RecordedEvent recorded, String path, Utf8Buffer out) {
        number("monotonicNanos", recorded.monotonicNanos(), out);
        text("path", path, out);
        sequenceAndSource(recorded, out);
        tail(recorded, out);
    }

    private static void sequenceAndSource(RecordedEvent recorded, Utf8Buffer out) {
        number("sequence", recorded.sequence(), out);
        text("source", recorded.source(), out);
    }

    private static void tail(RecordedEvent recorded, Utf8Buffer out) {
        out.ascii("\"time\":\"");
        time(recorded.wallNanos(), out);
        out.ascii("\",\"type\":").quoted(recorded.event().type()).ascii("}").ascii('\n');
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
