package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.EventLine;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.ports.EventConsumer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a record in the ring's memory to its line in the log, the running digest and a leaf of the Merkle tree. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class DecodeBench {
    /** As in a build: the same headers are opened again and again, by ever other processes. */
    private static final int RECORDS = 1 << 14;

    private static final int FILES = 2000;
    private static final int LARGEST = 512;

    private final MemorySegment ring = Arena.ofAuto().allocate((long) RECORDS * LARGEST, 8);
    private final int[] lengths = new int[RECORDS];
    private final byte[] record = new byte[8192];
    private final RecordReader decodeOnly = new RecordReader(this::count);
    private final RecordReader whole = new RecordReader(new Log());
    private int next;
    private long counted;

    /** Fills the memory with records of opens, and a few of exits. */
    public DecodeBench() {
        for (int i = 0; i < RECORDS; i++) {
            byte[] made = made(i);
            lengths[i] = made.length;
            MemorySegment.copy(made, 0, ring, ValueLayout.JAVA_BYTE, (long) i * LARGEST, made.length);
        }
    }

    private static byte[] made(int number) {
        boolean exit = number % 64 == 63;
        byte[] path = exit
                ? new byte[0]
                : ("/usr/include/x86_64-linux-gnu/bits/types/header-" + number * 31 % FILES + ".h")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] made = new byte[RecordReader.HEAD + path.length];
        made[RecordReader.KIND] = (byte) (exit ? RecordReader.EXIT : RecordReader.OPEN);
        Bytes.put64(made, RecordReader.TIME, 1_000_000_000L + number);
        Bytes.put64(made, RecordReader.START, 5_000_000_000L + number / 64 * 1000L);
        Bytes.put32(made, RecordReader.PROCESS, 1000 + number / 64);
        Bytes.put32(made, RecordReader.CALL, Calls.OPENAT);
        Bytes.put32(made, RecordReader.DETAIL, exit ? 0 : 1);
        Bytes.put32(made, RecordReader.LENGTHS, path.length);
        System.arraycopy(path, 0, made, RecordReader.HEAD, path.length);
        return made;
    }

    /** What the sink does with an event. */
    private static final class Log implements EventConsumer {
        private final Utf8Buffer line = new Utf8Buffer(4096);
        private final MessageDigest digest = Digest.newSha256();
        private final MerkleTree tree = new MerkleTree();
        private long sequence;

        @Override
        public void accept(Origin origin, long nanos, Event event) {
            line.clear();
            EventLine.append(new RecordedEvent(sequence++, 1_790_000_000_123_456_789L, nanos, origin, event), line);
            digest.update(line.array(), 0, line.length());
            tree.append(line.array(), 0, line.length());
        }
    }

    private void count(Origin origin, long nanos, Event event) {
        counted += nanos;
    }

    private void take(RecordReader reader) {
        int place = next++ & RECORDS - 1;
        int length = lengths[place];
        MemorySegment.copy(ring, ValueLayout.JAVA_BYTE, (long) place * LARGEST, record, 0, length);
        reader.take(record, length);
    }

    /** The event alone. */
    @Benchmark
    public long decode() {
        take(decodeOnly);
        return counted;
    }

    /** The event, its line, the digest and the leaf. */
    @Benchmark
    public long decodeToLeaf() {
        take(whole);
        return whole.events();
    }
}
