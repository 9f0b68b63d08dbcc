package dev.gleisner.bench;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.EventLine;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
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

/** From an event to its line in the log, and into the running digest. */
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
    private long sequence;

    /** A bench for JMH. */
    public EventLineBench() {}

    private static final Origin INOTIFY = new Origin("inotify", 4711, 8_000_000_000L, 0);

    /** The line alone. */
    @Benchmark
    public int line() {
        buffer.clear();
        EventLine.append(next(), buffer);
        return buffer.length();
    }

    /** The line and the digest over it. */
    @Benchmark
    public int lineAndDigest() {
        buffer.clear();
        EventLine.append(next(), buffer);
        digest.update(buffer.array(), 0, buffer.length());
        return buffer.length();
    }

    private RecordedEvent next() {
        Event event = kind.equals("read")
                ? new Event.FileRead("/home/user/project/src/main/java/dev/example/Thing.java")
                : new Event.ProcessExec(
                        4711,
                        "/usr/bin/gcc",
                        List.of("gcc", "-O2", "-c", "-o", "thing.o", "thing.c"),
                        false,
                        "/home/user/project");
        return new RecordedEvent(sequence++, 1_790_000_000_123_456_789L, 123_456_789L + sequence, INOTIFY, event);
    }
}
