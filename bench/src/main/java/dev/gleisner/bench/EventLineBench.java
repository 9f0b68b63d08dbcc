package dev.gleisner.bench;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.EventLine;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.json.Utf8Buffer;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From an event to its line in the log, into the running digest and the Merkle tree. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventLineBench {
    /** Which kind of event. */
    @Param({"read", "exec"})
    public String kind = "read";

    private final Utf8Buffer buffer = new Utf8Buffer(4096);
    private final MessageDigest digest = Digest.newSha256();
    private final EventLine lines = new EventLine(buffer);
    private final MerkleTree tree = new MerkleTree();
    private long sequence;

    /** A bench for JMH. */
    public EventLineBench() {}

    private static final Event READ = new Event.FileRead("/home/user/project/src/main/java/dev/example/Thing.java");
    private static final Event EXEC = new Event.ProcessExec(
            4711, "/usr/bin/gcc", List.of("gcc", "-O2", "-c", "-o", "thing.o", "thing.c"), false, "/home/user/project");
    private static final Origin INOTIFY = new Origin("inotify", 4711, 8_000_000_000L, 0);

    /** The line alone. */
    @Benchmark
    public int line() {
        buffer.clear();
        next();
        return buffer.length();
    }

    /** The line as a leaf of the tree. */
    @Benchmark
    public long lineAndLeaf() {
        buffer.clear();
        next();
        tree.append(buffer.array(), 0, buffer.length() - 1);
        return tree.size();
    }

    /** The line and the digest over it. */
    @Benchmark
    public int lineAndDigest() {
        buffer.clear();
        next();
        digest.update(buffer.array(), 0, buffer.length());
        return buffer.length();
    }

    private void next() {
        lines.append(
                sequence++,
                1_790_000_000_123_456_789L + sequence,
                123_456_789L + sequence,
                INOTIFY,
                kind.equals("read") ? READ : EXEC);
    }
}
