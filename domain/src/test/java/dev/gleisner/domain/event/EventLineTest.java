package dev.gleisner.domain.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.domain.sandbox.Exit;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventLineTest {
    private static final String ODD = "q\" b\\ n\n t\t u\u0001 \u007f ü € \ud83d\ude00";

    /** At least one of each kind; {@link #everyEventHasAnExample} walks the permitted classes. */
    private static final List<Event> EXAMPLES = List.of(
            new Event.SessionStarted("id", "policy", List.of("a", ODD)),
            new Event.SessionStarted("", "", List.of()),
            new Event.ProcessForked(7, 0),
            new Event.ProcessForked(7, 8_000_000_000L),
            new Event.ProcessExec(0, "/bin/true", List.of("true", "-x"), false, "/home"),
            new Event.ProcessExec(3, "/bin/true", List.of(), true, ""),
            new Event.ProcessExit(new Exit.Code(3)),
            new Event.ProcessExit(new Exit.Signal(9)),
            new Event.FileRead("/a"),
            new Event.FileCreated("/b/" + ODD),
            new Event.FileWritten("/c"),
            new Event.FileDeleted("/d"),
            new Event.FileRenamed("/e", "/f"),
            new Event.FileLinked("/e", "/f"),
            new Event.SymbolicLinkCreated("/e", "../f"),
            new Event.Repeated("file.read", "/e", 3),
            new Event.NetworkConnect("tcp", "192.0.2.1:443"),
            new Event.NetworkBind("udp", "[::1]:53"),
            new Event.NetworkAccept("unix", "@name"),
            new Event.NetworkSend("udp", "192.0.2.1:53"),
            new Event.NetworkTraffic("tcp", "192.0.2.1:443", 10, 20),
            new Event.AttributesChanged("/g"),
            new Event.DirectoryCreated("/h"),
            new Event.DirectoryDeleted("/i"),
            new Event.Denied("landlock", "open /etc/shadow", "add it"),
            new Event.EventsLost(-1, "rescan"),
            new Event.Interrupted("SIGTERM"),
            new Event.SessionFinished(0));

    private static final List<Origin> ORIGINS = List.of(
            Origin.of("test"),
            new Origin("test", 5, 0, 0),
            new Origin("test", 5, 7_000_000, 0),
            new Origin("test", 5, 7_000_000, 0).failed(13),
            new Origin("test", 5, 7_000_000, Origin.UNKNOWN),
            new Origin("test", 5, 7_000_000, 9999));

    @Test
    void everyEventHasAnExample() {
        Set<Class<?>> shown = new HashSet<>();
        EXAMPLES.forEach(each -> shown.add(each.getClass()));
        assertThat(shown).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
    }

    @Test
    void everyTypeIsAWordOfItsOwn() {
        Set<String> words = new HashSet<>();
        EXAMPLES.forEach(each -> words.add(each.type()));
        assertThat(words).hasSize(Event.class.getPermittedSubclasses().length).noneMatch(String::isBlank);
    }

    @Test
    void everyLineIsCanonicalJson() {
        for (Origin origin : ORIGINS) {
            for (Event event : EXAMPLES) {
                RecordedEvent recorded = new RecordedEvent(7, 1_700_000_000_123_456_789L, 42, origin, event);
                String expected = new String(CanonicalJson.bytes(json(recorded)), StandardCharsets.UTF_8) + "\n";
                assertThat(line(recorded)).isEqualTo(expected);
            }
        }
    }

    @Test
    void everyLineIsReadBack() {
        EventReader reader = new EventReader();
        for (Origin origin : ORIGINS) {
            for (Event event : EXAMPLES) {
                RecordedEvent recorded = new RecordedEvent(7, 1_700_000_000_123_456_789L, 42, origin, event);
                byte[] line = line(recorded).getBytes(StandardCharsets.UTF_8);
                assertThat(reader.read(line, line.length - 1)).isEqualTo(recorded);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"a\":",
                "{\"a\":\"\\",
                "{\"a\":\"\\u12\"}",
                "GOOD ",
                "WITH,\"zeal\":1}",
                "WITHOUT",
                "{\"errno\":\"EWHAT\",REST",
                "{\"errno\":\"1\",REST",
                "{\"errno\":\"0\",REST",
                "{\"monotonicNanos\":042,REST",
                "{ REST",
                "{\"monotonicNanos\":1,REST",
                "{\"monotonicNanos\":99999999999999999999,REST",
                "{\"pid\":-5,REST",
            })
    void aLineThatIsNotOursIsRefused(String text) {
        String good = "{\"monotonicNanos\":42,\"path\":\"/a\",\"sequence\":7,\"source\":\"s\","
                + "\"time\":\"2026-01-01T00:00:00.000000000Z\",\"type\":\"file.read\"}";
        assertThat(new EventReader()
                        .read(good.getBytes(StandardCharsets.UTF_8), good.length())
                        .event())
                .isEqualTo(new Event.FileRead("/a"));
        byte[] line = text.replace("GOOD", good)
                .replace("WITHOUT", good.replace("\"path\":\"/a\",", ""))
                .replace("WITH", good.substring(0, good.length() - 1))
                .replace("REST", good.substring(1))
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new EventReader().read(line, line.length))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyDamagedByteIsRefusedOrReadAsWhatItSays() {
        String good = line(new RecordedEvent(
                3,
                1_700_000_000_123_456_789L,
                42,
                ORIGINS.get(3),
                new Event.ProcessExec(3, "/bin/" + ODD, List.of("a", ODD), true, "/")));
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] line = good.getBytes(StandardCharsets.UTF_8);
            line[random.nextInt(line.length - 1)] = (byte) random.nextInt(256);
            try {
                RecordedEvent read = new EventReader().read(line, line.length - 1);
                assertThat(line(read).getBytes(StandardCharsets.UTF_8)).isEqualTo(line);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    private static String line(RecordedEvent recorded) {
        Utf8Buffer out = new Utf8Buffer(16);
        EventLine.append(recorded, out);
        return new String(out.toByteArray(), StandardCharsets.UTF_8);
    }

    /** The same members, written the slow way. */
    private static Json.Obj json(RecordedEvent recorded) {
        Json.Builder out = Json.object()
                .put("sequence", recorded.sequence())
                .put("monotonicNanos", recorded.monotonicNanos())
                .put("source", recorded.origin().source())
                .put("time", time(recorded.wallNanos()))
                .put("type", recorded.event().type());
        Origin origin = recorded.origin();
        if (origin.errno() != 0) {
            out.put(
                    "errno",
                    origin.errno() == 13 ? "EACCES" : origin.tried() ? "unknown" : Integer.toString(origin.errno()));
        }
        if (origin.pid() != 0) {
            out.put("pid", origin.pid());
        }
        if (origin.startMicros() != 0) {
            out.put("processStartMicros", origin.startMicros());
        }
        switch (recorded.event()) {
            case Event.SessionStarted(var id, var policy, var argv) ->
                out.put("session", id).put("effectivePolicy", policy).put("argv", Json.strings(argv));
            case Event.ProcessForked(var child, var start) -> {
                out.put("childPid", child);
                if (start != 0) {
                    out.put("childStartMicros", start);
                }
            }
            case Event.ProcessExec(var parent, var executable, var argv, var truncated, var directory) -> {
                out.put("executable", executable)
                        .put("argv", Json.strings(argv))
                        .put("cwd", directory);
                if (parent != 0) {
                    out.put("parentPid", parent);
                }
                if (truncated) {
                    out.put("truncated", true);
                }
            }
            case Event.ProcessExit(Exit.Code(var code)) -> out.put("exitCode", code);
            case Event.ProcessExit(Exit.Signal(var signal)) -> out.put("signal", signal);
            case Event.FileLinked(var path, var newPath) ->
                out.put("path", path).put("newPath", newPath);
            case Event.SymbolicLinkCreated(var path, var target) ->
                out.put("path", path).put("target", target);
            case Event.Repeated(var repeated, var path, var count) ->
                out.put("repeated", repeated).put("path", path).put("count", count);
            case Event.NetworkConnect(var protocol, var address) ->
                out.put("protocol", protocol).put("address", address);
            case Event.NetworkBind(var protocol, var address) ->
                out.put("protocol", protocol).put("address", address);
            case Event.NetworkAccept(var protocol, var address) ->
                out.put("protocol", protocol).put("address", address);
            case Event.NetworkSend(var protocol, var address) ->
                out.put("protocol", protocol).put("address", address);
            case Event.NetworkTraffic(var protocol, var address, var sent, var received) ->
                out.put("protocol", protocol)
                        .put("address", address)
                        .put("sentBytes", sent)
                        .put("receivedBytes", received);
            case Event.FileRead(var path) -> out.put("path", path);
            case Event.FileCreated(var path) -> out.put("path", path);
            case Event.FileWritten(var path) -> out.put("path", path);
            case Event.FileDeleted(var path) -> out.put("path", path);
            case Event.FileRenamed(var path, var newPath) ->
                out.put("path", path).put("newPath", newPath);
            case Event.AttributesChanged(var path) -> out.put("path", path);
            case Event.DirectoryCreated(var path) -> out.put("path", path);
            case Event.DirectoryDeleted(var path) -> out.put("path", path);
            case Event.Denied(var layer, var attempt, var hint) ->
                out.put("layer", layer).put("attempt", attempt).put("hint", hint);
            case Event.EventsLost(var count, var repair) ->
                out.put("count", count).put("repair", repair);
            case Event.Interrupted(var reason) -> out.put("reason", reason);
            case Event.SessionFinished(var status) -> out.put("status", status);
        }
        return out.build();
    }

    private static String time(long wallNanos) {
        Instant instant = Instant.ofEpochSecond(
                Math.floorDiv(wallNanos, 1_000_000_000L), Math.floorMod(wallNanos, 1_000_000_000L));
        return DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'")
                .withZone(ZoneOffset.UTC)
                .format(instant);
    }

    @Test
    void timesAreThoseOfJavaTime() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long[] edges = {
            0,
            1,
            -1,
            951_782_399_999_999_999L,
            951_782_400_000_000_000L,
            951_868_800_000_000_000L,
            Long.MAX_VALUE,
            Long.MIN_VALUE
        };
        for (long nanos : edges) {
            checkTime(nanos, seed);
        }
        for (int i = 0; i < 20_000; i++) {
            checkTime(random.nextLong(), seed);
        }
    }

    private static void checkTime(long nanos, long seed) {
        assertThat(line(new RecordedEvent(0, nanos, 0, Origin.of("t"), new Event.SessionFinished(0))))
                .as("seed %d, %d ns", seed, nanos)
                .contains("\"time\":\"" + time(nanos) + "\"");
    }

    /** Or a line of the log that was signed could be taken for one that somebody took out. */
    @Test
    void noEventIsARedactedLine() {
        Utf8Buffer out = new Utf8Buffer(16);
        String forged = "{\"leaf\":\"" + "0".repeat(64) + "\",\"sequence\":0,\"type\":\"redacted\"}";
        Origin origin = new Origin(forged, 0, 0, 0);
        for (Event event : EXAMPLES) {
            assertThat(event.type()).isNotEqualTo(RedactedLine.TYPE);
            out.clear();
            EventLine.append(new RecordedEvent(0, 0, 0, origin, event), out);
            assertThat(RedactedLine.leaf(out.array(), 0, out.length() - 1)).isEmpty();
        }
        out.clear();
        EventLine.append(
                new RecordedEvent(0, 0, 0, origin, new Event.FileRenamed(forged + "\n", "\n" + forged + "\n")), out);
        String line = new String(out.toByteArray(), StandardCharsets.UTF_8);
        assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    }

    @Test
    void aWholeLogPassesItsCheck() {
        Utf8Buffer out = new Utf8Buffer(16);
        for (int i = 0; i < EXAMPLES.size(); i++) {
            EventLine.append(new RecordedEvent(i, i, i, Origin.of("test"), EXAMPLES.get(i)), out);
        }
        byte[] log = out.toByteArray();
        for (int part : new int[] {1, 2, 7, 64, log.length}) {
            LogCheck check = new LogCheck();
            for (int at = 0; at < log.length; at += part) {
                byte[] piece = Arrays.copyOfRange(log, at, Math.min(at + part, log.length));
                check.update(piece, piece.length);
            }
            assertThat(check.finish(EXAMPLES.size()))
                    .as("in pieces of %d", part)
                    .isEmpty();
            assertThat(check.lines()).isEqualTo(EXAMPLES.size());
        }
    }
}
