package dev.gleisner.domain.event;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.domain.sandbox.Exit;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the lines that {@link EventLine} writes. A line is taken only when writing its event again gives the very same
 * bytes: so there is one way to read it, and what this version does not know is refused and not skipped.
 *
 * <p>Not safe for use by several threads.
 */
public final class EventReader {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int TIME_LENGTH = "2026-11-22T10:15:30.000000001Z".length();

    private final Utf8Buffer again = new Utf8Buffer(1024);

    /** A reader for any number of lines. */
    public EventReader() {}

    /**
     * The event in one line.
     *
     * @param line holds the line in its first {@code length} bytes, without its line feed
     * @throws IllegalArgumentException when it is no line of ours; the message says why
     */
    public RecordedEvent read(byte[] line, int length) {
        Json.Obj members = new LineParser(line, length).object();
        RecordedEvent recorded = new RecordedEvent(
                number(members, "sequence"),
                wallNanos(text(members, "time")),
                number(members, "monotonicNanos"),
                new Origin(
                        text(members, "source"),
                        members.integer("pid").orElse(0L),
                        members.integer("processStartMicros").orElse(0L),
                        members.get("errno").isPresent() ? ErrnoName.number(text(members, "errno")) : 0),
                event(members));
        again.clear();
        EventLine.append(recorded, again);
        if (!Arrays.equals(again.array(), 0, again.length() - 1, line, 0, length)) {
            throw new IllegalArgumentException("it is not as this version would write it");
        }
        return recorded;
    }

    private static Event event(Json.Obj members) {
        String type = text(members, "type");
        return switch (type) {
            case "session.start" ->
                new Event.SessionStarted(
                        text(members, "session"), text(members, "effectivePolicy"), texts(members, "argv"));
            case "process.fork" ->
                new Event.ProcessForked(
                        number(members, "childPid"),
                        members.integer("childStartMicros").orElse(0L));
            case "process.exec" ->
                new Event.ProcessExec(
                        members.integer("parentPid").orElse(0L),
                        text(members, "executable"),
                        texts(members, "argv"),
                        members.bool("truncated").orElse(false),
                        text(members, "cwd"));
            case "process.exit" -> new Event.ProcessExit(exit(members));
            case "file.read" -> new Event.FileRead(path(members));
            case "file.create" -> new Event.FileCreated(path(members));
            case "file.write" -> new Event.FileWritten(path(members));
            case "file.delete" -> new Event.FileDeleted(path(members));
            case "file.rename" -> new Event.FileRenamed(path(members), text(members, "newPath"));
            case "file.link" -> new Event.FileLinked(path(members), text(members, "newPath"));
            case "file.symlink" -> new Event.SymbolicLinkCreated(path(members), text(members, "target"));
            case "file.attributes" -> new Event.AttributesChanged(path(members));
            case "directory.create" -> new Event.DirectoryCreated(path(members));
            case "directory.delete" -> new Event.DirectoryDeleted(path(members));
            case "repeated" -> new Event.Repeated(text(members, "repeated"), path(members), number(members, "count"));
            case "network.connect" -> new Event.NetworkConnect(protocol(members), address(members));
            case "network.bind" -> new Event.NetworkBind(protocol(members), address(members));
            case "network.accept" -> new Event.NetworkAccept(protocol(members), address(members));
            case "network.send" -> new Event.NetworkSend(protocol(members), address(members));
            case "network.traffic" ->
                new Event.NetworkTraffic(
                        protocol(members),
                        address(members),
                        number(members, "sentBytes"),
                        number(members, "receivedBytes"));
            case "denied" -> new Event.Denied(text(members, "layer"), text(members, "attempt"), text(members, "hint"));
            case "lost" -> new Event.EventsLost(number(members, "count"), text(members, "repair"));
            case "session.interrupt" -> new Event.Interrupted(text(members, "reason"));
            case "session.finish" -> new Event.SessionFinished(Math.toIntExact(number(members, "status")));
            default -> throw new IllegalArgumentException("this version knows no event of type \"" + type + "\"");
        };
    }

    private static Exit exit(Json.Obj members) {
        Optional<Long> signal = members.integer("signal");
        return signal.isPresent()
                ? new Exit.Signal(small(signal.get()))
                : new Exit.Code(small(number(members, "exitCode")));
    }

    private static int small(long value) {
        if (value != (int) value) {
            throw new IllegalArgumentException(value + " is no exit status");
        }
        return (int) value;
    }

    private static String path(Json.Obj members) {
        return text(members, "path");
    }

    private static String protocol(Json.Obj members) {
        return text(members, "protocol");
    }

    private static String address(Json.Obj members) {
        return text(members, "address");
    }

    private static String text(Json.Obj members, String name) {
        return members.text(name).orElseThrow(() -> new IllegalArgumentException("it has no text \"" + name + "\""));
    }

    private static long number(Json.Obj members, String name) {
        return members.integer(name)
                .orElseThrow(() -> new IllegalArgumentException("it has no number \"" + name + "\""));
    }

    private static List<String> texts(Json.Obj members, String name) {
        List<String> texts = new ArrayList<>();
        for (Json each : members.array(name)) {
            if (each instanceof Json.Str(var text)) {
                texts.add(text);
            }
        }
        return texts;
    }

    private static long wallNanos(String time) {
        if (time.length() != TIME_LENGTH) {
            throw new IllegalArgumentException("\"" + time + "\" is no time of ours");
        }
        try {
            long seconds = LocalDateTime.of(
                            digits(time, 0, 4),
                            digits(time, 5, 7),
                            digits(time, 8, 10),
                            digits(time, 11, 13),
                            digits(time, 14, 16),
                            digits(time, 17, 19))
                    .toEpochSecond(ZoneOffset.UTC);
            return Math.addExact(Math.multiplyExact(seconds, NANOS_PER_SECOND), digits(time, 20, 29));
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("\"" + time + "\" is no time of ours", e);
        }
    }

    private static int digits(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
