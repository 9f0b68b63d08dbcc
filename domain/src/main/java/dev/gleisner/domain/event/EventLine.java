package dev.gleisner.domain.event;

import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.domain.sandbox.Exit;
import java.util.List;

/**
 * Writes the one line of the audit log that stands for an event: canonical JSON (members sorted as RFC 8785 asks) and a
 * line feed. An instance remembers what the line before had in common, and makes no garbage. Not safe for use by several
 * threads.
 */
public final class EventLine {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Utf8Buffer out;
    /** The second that {@link #secondText} is for. */
    private long second = Long.MIN_VALUE;

    private final Utf8Buffer secondText = new Utf8Buffer(32);

    // What every line has, while it is written.
    private long sequence;
    private long wallNanos;
    private long monotonicNanos;
    private Origin origin = Origin.of("");
    private String type = "";

    /** Lines that go to this buffer. */
    public EventLine(Utf8Buffer out) {
        this.out = out;
    }

    /** Appends the line for {@code recorded}, its line feed included. */
    public static void append(RecordedEvent recorded, Utf8Buffer out) {
        new EventLine(out)
                .append(
                        recorded.sequence(),
                        recorded.wallNanos(),
                        recorded.monotonicNanos(),
                        recorded.origin(),
                        recorded.event());
    }

    /** Appends the line for an event, its line feed included; see {@link RecordedEvent} for the parameters. */
    public void append(long number, long wall, long monotonic, Origin who, Event event) {
        sequence = number;
        wallNanos = wall;
        monotonicNanos = monotonic;
        origin = who;
        type = event.type();
        // Members are written in sorted order by hand: the hot path has no map to sort. What the events add stands
        // between what every line has: errno, monotonicNanos, pid, processStartMicros, sequence, source, time, type.
        out.ascii('{');
        switch (event) {
            case Event.FileRead(var path) -> path(path);
            case Event.FileWritten(var path) -> path(path);
            case Event.FileCreated(var path) -> path(path);
            case Event.FileDeleted(var path) -> path(path);
            case Event.AttributesChanged(var path) -> path(path);
            case Event.DirectoryCreated(var path) -> path(path);
            case Event.DirectoryDeleted(var path) -> path(path);
            case Event.FileRenamed(var path, var newPath) -> paths(path, newPath);
            case Event.FileLinked(var path, var newPath) -> paths(path, newPath);
            case Event.SymbolicLinkCreated(var path, var target) -> {
                errno();
                monotonic();
                text("path", path);
                process();
                sequenceAndSource();
                text("target", target);
                tail();
            }
            case Event.Repeated(var repeated, var path, var count) -> {
                number("count", count);
                errno();
                monotonic();
                text("path", path);
                process();
                text("repeated", repeated);
                sequenceAndSource();
                tail();
            }
            case Event.ProcessForked(var child, var childStart) -> {
                number("childPid", child);
                if (childStart != 0) {
                    number("childStartMicros", childStart);
                }
                errno();
                monotonic();
                process();
                sequenceAndSource();
                tail();
            }
            case Event.ProcessExec(var parent, var executable, var argv, var truncated, var directory) -> {
                strings("argv", argv);
                text("cwd", directory);
                errno();
                text("executable", executable);
                monotonic();
                if (parent != 0) {
                    number("parentPid", parent);
                }
                process();
                sequenceAndSource();
                time();
                if (truncated) {
                    out.ascii("\"truncated\":true,");
                }
                type();
            }
            case Event.ProcessExit(var exit) -> {
                errno();
                if (exit instanceof Exit.Code(var code)) {
                    number("exitCode", code);
                }
                monotonic();
                process();
                number("sequence", sequence);
                if (exit instanceof Exit.Signal(var signal)) {
                    number("signal", signal);
                }
                text("source", origin.source());
                tail();
            }
            case Event.NetworkConnect(var protocol, var address) -> network(protocol, address);
            case Event.NetworkBind(var protocol, var address) -> network(protocol, address);
            case Event.NetworkAccept(var protocol, var address) -> network(protocol, address);
            case Event.NetworkSend(var protocol, var address) -> network(protocol, address);
            case Event.NetworkTraffic(var protocol, var address, var sent, var received) -> {
                text("address", address);
                errno();
                monotonic();
                process();
                text("protocol", protocol);
                number("receivedBytes", received);
                number("sentBytes", sent);
                sequenceAndSource();
                tail();
            }
            case Event.Denied(var layer, var attempt, var hint) -> {
                text("attempt", attempt);
                errno();
                text("hint", hint);
                text("layer", layer);
                monotonic();
                process();
                sequenceAndSource();
                tail();
            }
            case Event.EventsLost(var count, var repair) -> {
                number("count", count);
                errno();
                monotonic();
                process();
                text("repair", repair);
                sequenceAndSource();
                tail();
            }
            case Event.SessionStarted(var id, var policy, var argv) -> {
                strings("argv", argv);
                text("effectivePolicy", policy);
                errno();
                monotonic();
                process();
                number("sequence", sequence);
                text("session", id);
                text("source", origin.source());
                tail();
            }
            case Event.Interrupted(var reason) -> {
                errno();
                monotonic();
                process();
                text("reason", reason);
                sequenceAndSource();
                tail();
            }
            case Event.SessionFinished(var status) -> {
                errno();
                monotonic();
                process();
                sequenceAndSource();
                number("status", status);
                tail();
            }
        }
    }

    private void path(String path) {
        errno();
        monotonic();
        text("path", path);
        process();
        sequenceAndSource();
        tail();
    }

    private void paths(String path, String newPath) {
        errno();
        monotonic();
        text("newPath", newPath);
        text("path", path);
        process();
        sequenceAndSource();
        tail();
    }

    private void network(String protocol, String address) {
        text("address", address);
        errno();
        monotonic();
        process();
        text("protocol", protocol);
        sequenceAndSource();
        tail();
    }

    private void errno() {
        if (origin.errno() != 0) {
            text("errno", ErrnoName.of(origin.errno()));
        }
    }

    private void monotonic() {
        number("monotonicNanos", monotonicNanos);
    }

    private void process() {
        if (origin.pid() != 0) {
            number("pid", origin.pid());
        }
        if (origin.startMicros() != 0) {
            number("processStartMicros", origin.startMicros());
        }
    }

    private void sequenceAndSource() {
        number("sequence", sequence);
        text("source", origin.source());
    }

    private void tail() {
        time();
        type();
    }

    /** RFC 3339 in UTC with nine digits of fraction: {@code 2026-11-22T10:15:30.000000001Z}. */
    private void time() {
        long seconds = Math.floorDiv(wallNanos, NANOS_PER_SECOND);
        if (seconds != second) {
            secondText.clear();
            second(seconds, secondText.ascii("\"time\":\""));
            second = seconds;
        }
        out.bytes(secondText.array(), 0, secondText.length());
        out.decimal(wallNanos - seconds * NANOS_PER_SECOND, 9).ascii("Z\",");
    }

    private void type() {
        out.ascii("\"type\":\"").ascii(type).ascii("\"}\n");
    }

    private static void second(long seconds, Utf8Buffer out) {
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
        out.decimal(year, 4).ascii('-');
        out.decimal(civilMonth, 2).ascii('-');
        out.decimal(day, 2).ascii('T');
        out.decimal(secondOfDay / 3600, 2).ascii(':');
        out.decimal(secondOfDay / 60 % 60, 2).ascii(':');
        out.decimal(secondOfDay % 60, 2).ascii('.');
    }

    private void text(String name, String value) {
        out.member(name).quoted(value).ascii(',');
    }

    private void number(String name, long value) {
        out.member(name).decimal(value).ascii(',');
    }

    private void strings(String name, List<String> values) {
        out.member(name).ascii('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                out.ascii(',');
            }
            out.quoted(values.get(i));
        }
        out.ascii("],");
    }
}
