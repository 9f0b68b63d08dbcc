package dev.gleisner.domain.event;

import static org.assertj.core.api.Assertions.assertThat;

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

final class EventLineTest {
    private static final String ODD = "q\" b\\ n\n t\t u\u0001 \u007f ü € \ud83d\ude00";

    /** At least one of each kind; {@link #everyEventHasAnExample} walks the permitted classes. */
    private static final List<Event> EXAMPLES = List.of(
            new Event.SessionStarted("id", "policy", List.of("a", ODD)),
            new Event.SessionStarted("", "", List.of()),
            new Event.ProcessExec(1, "/bin/true", List.of("true", "-x"), "/home"),
            new Event.ProcessExit(1, new Exit.Code(3)),
            new Event.ProcessExit(1, new Exit.Signal(9)),
            new Event.FileRead("/a"),
            new Event.FileCreated("/b/" + ODD),
            new Event.FileWritten("/c"),
            new Event.FileDeleted("/d"),
            new Event.FileRenamed("/e", "/f"),
            new Event.AttributesChanged("/g"),
            new Event.DirectoryCreated("/h"),
            new Event.DirectoryDeleted("/i"),
            new Event.Denied("landlock", "open /etc/shadow", "add it"),
            new Event.EventsLost(-1, "rescan"),
            new Event.Interrupted("SIGTERM"),
            new Event.SessionFinished(0));

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
        for (Event event : EXAMPLES) {
            RecordedEvent recorded = new RecordedEvent(7, 1_700_000_000_123_456_789L, 42, "test", event);
            String expected = new String(CanonicalJson.bytes(json(recorded)), StandardCharsets.UTF_8) + "\n";
            assertThat(line(recorded)).isEqualTo(expected);
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
                .put("source", recorded.source())
                .put("time", time(recorded.wallNanos()))
                .put("type", recorded.event().type());
        switch (recorded.event()) {
            case Event.SessionStarted(var id, var policy, var argv) ->
                out.put("session", id).put("effectivePolicy", policy).put("argv", Json.strings(argv));
            case Event.ProcessExec(var pid, var executable, var argv, var directory) ->
                out.put("pid", pid)
                        .put("executable", executable)
                        .put("argv", Json.strings(argv))
                        .put("cwd", directory);
            case Event.ProcessExit(var pid, Exit.Code(var code)) ->
                out.put("pid", pid).put("exitCode", code);
            case Event.ProcessExit(var pid, Exit.Signal(var signal)) ->
                out.put("pid", pid).put("signal", signal);
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
        assertThat(line(new RecordedEvent(0, nanos, 0, "t", new Event.SessionFinished(0))))
                .as("seed %d, %d ns", seed, nanos)
                .contains("\"time\":\"" + time(nanos) + "\"");
    }

    @Test
    void aWholeLogPassesItsCheck() {
        Utf8Buffer out = new Utf8Buffer(16);
        for (int i = 0; i < EXAMPLES.size(); i++) {
            EventLine.append(new RecordedEvent(i, i, i, "test", EXAMPLES.get(i)), out);
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
