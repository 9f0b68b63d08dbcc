package dev.gleisner.adapters.audit.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.EventLine;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.domain.sandbox.Exit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {
    private final List<Event> events = new ArrayList<>();
    private final List<Origin> origins = new ArrayList<>();
    private final RecordReader reader = new RecordReader((origin, nanos, event) -> {
        origins.add(origin);
        events.add(event);
    });

    private static byte[] record(int kind, int call, int detail, String... parts) {
        byte[][] bytes = new byte[RecordReader.PARTS][];
        Arrays.fill(bytes, new byte[0]);
        int length = RecordReader.HEAD;
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = parts[i].getBytes(StandardCharsets.ISO_8859_1);
            length += bytes[i].length;
        }
        byte[] record = new byte[length];
        record[RecordReader.KIND] = (byte) kind;
        Bytes.put64(record, RecordReader.TIME, 123_456_789L);
        Bytes.put64(record, RecordReader.START, 77_000L);
        Bytes.put32(record, RecordReader.PROCESS, 42);
        Bytes.put32(record, RecordReader.PARENT, 41);
        Bytes.put32(record, RecordReader.CALL, call);
        Bytes.put32(record, RecordReader.DETAIL, detail);
        int at = RecordReader.HEAD;
        for (int i = 0; i < bytes.length; i++) {
            Bytes.put32(record, RecordReader.LENGTHS + 4 * i, bytes[i].length);
            System.arraycopy(bytes[i], 0, record, at, bytes[i].length);
            at += bytes[i].length;
        }
        return record;
    }

    private Event only(byte[] record) {
        events.clear();
        reader.take(record, record.length);
        assertThat(events).hasSize(1);
        return events.getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "/a/b|c|/a/b/c",
                "/a/b|./c//d/|/a/b/c/d",
                "/a/b|../c|/a/c",
                "/a/b|../../../../c|/c",
                "/a/b|link/../c|/a/b/link/../c",
                "/a/b|../link/./../c|/a/link/../c",
                "''|/etc/passwd|/etc/passwd",
                "''|..|/",
                "/jail|/x|/jail/x",
                "/a|''|/a",
                "''|''|/"
            })
    void namesAreJoinedWithoutGuessing(String directory, String name, String expected) {
        assertThat(only(record(RecordReader.NAMED, Calls.UNLINK, 0, directory, name)))
                .isEqualTo(new Event.FileDeleted(expected));
    }

    @Test
    void whatIsMountedNowhereSaysSo() {
        byte[] record = record(RecordReader.OPEN, Calls.OPENAT, 3, "/memfd:code");
        record[RecordReader.FLAGS] = RecordReader.UNREACHABLE;
        assertThat(only(record)).isEqualTo(new Event.FileWritten("(unreachable)/memfd:code"));
    }

    @Test
    void theSameOpenGivesTheSameObjects() {
        byte[] record = record(RecordReader.OPEN, Calls.OPENAT, 1, "/usr/include/stdio.h");
        Event first = only(record);
        assertThat(only(record)).isSameAs(first);
        assertThat(origins.get(0)).isSameAs(origins.get(1)).isEqualTo(new Origin("ebpf", 42, 77, 0));
    }

    @Test
    void moreFilesThanTheTableHoldsAreAllRight() {
        for (int i = 0; i < 70_000; i++) {
            assertThat(only(record(RecordReader.OPEN, Calls.OPENAT, 1, "/f/" + i)))
                    .isEqualTo(new Event.FileRead("/f/" + i));
        }
    }

    @Test
    void aProcessEndsOnce() {
        byte[] record = record(RecordReader.EXIT, 0, 3 << 8);
        assertThat(only(record)).isEqualTo(new Event.ProcessExit(new Exit.Code(3)));
        reader.take(record, record.length);
        assertThat(events).hasSize(1);
        assertThat(reader.duplicateExits()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0a000016 00000000 00000000000000000000000000000001 00000000|tcp|[::1]:22",
                "0a0001bb 00000000 20010db8000000000001000000000001 00000000|tcp|[2001:db8::1:0:0:1]:443",
                "0a000050 00000000 00000000000000000000ffffc0000201 00000000|tcp|[::ffff:192.0.2.1]:80",
                "0a000050 00000000 00000000000000000000000000000000 00000000|tcp|[::]:80",
                "0a000050 00000000 00010002000300040005000600070008 00000000|tcp|[1:2:3:4:5:6:7:8]:80",
                "02000035 c0000201 0000000000000000|tcp|192.0.2.1:53",
            })
    void addressesAreText(String hex, String protocol, String expected) {
        byte[] address = HexFormat.of().parseHex(hex.replace(" ", ""));
        String text = new String(address, StandardCharsets.ISO_8859_1);
        int family = address[0];
        assertThat(only(record(RecordReader.SOCKET, Calls.CONNECT, family << 16 | 6, text)))
                .isEqualTo(new Event.NetworkConnect(protocol, expected));
    }

    @Test
    void localAddressesAreText() {
        assertThat(only(record(RecordReader.SOCKET, Calls.BIND, 1 << 16, "\1\0/run/a.sock\0\0\0")))
                .isEqualTo(new Event.NetworkBind("unix", "/run/a.sock"));
        assertThat(only(record(RecordReader.SOCKET, Calls.CONNECT, 1 << 16, "\1\0\0hid\0den")))
                .isEqualTo(new Event.NetworkConnect("unix", "@hid\0den"));
        assertThat(only(record(RecordReader.SOCKET, Calls.ACCEPT, 1 << 16, "")))
                .isEqualTo(new Event.NetworkAccept("unix", ""));
    }

    /** Whatever comes: an event whose line can be written, or a count. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingThatIsNoRecordDoesHarm(long seed) {
        Random random = new Random(seed);
        Utf8Buffer line = new Utf8Buffer(256);
        long taken = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes;
            if (random.nextBoolean()) {
                bytes = new byte[random.nextInt(200)];
                random.nextBytes(bytes);
            } else {
                bytes = record(
                        random.nextInt(12),
                        random.nextInt(512),
                        random.nextInt(),
                        "/a".repeat(random.nextInt(20)),
                        "b/../c".repeat(random.nextInt(5)),
                        "x".repeat(random.nextInt(40)));
                for (int flips = random.nextInt(4); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            long before = reader.events() + reader.malformed() + reader.duplicateExits();
            events.clear();
            reader.take(bytes, bytes.length);
            taken += reader.events() + reader.malformed() + reader.duplicateExits() - before;
            for (Event event : events) {
                EventLine.append(new RecordedEvent(0, 0, 0, origins.getLast(), event), line);
            }
            line.clear();
            origins.clear();
        }
        assertThat(taken).as("seed %s", seed).isGreaterThanOrEqualTo(20_000); // an exchange is two
    }
}
