package dev.gleisner.bench;

import dev.gleisner.adapters.audit.FileEvidenceStoreProvider;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.EventStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Everything that happens to an event once a sensor has decoded it: order, line, Merkle leaf, digest, file, memory of
 * touched paths. As sensors do it, origins and events are made once and used again. Each invocation is a session of its
 * own below {@code XDG_STATE_HOME}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(1)
public class EventStreamBench {
    private static final int EVENTS = 500_000;
    private static final int PATHS = 1024;

    private final Event[] events = new Event[PATHS];
    private final Origin[] origins = new Origin[16];
    private Path project = Path.of("");
    private int session;

    /** A bench for JMH. */
    public EventStreamBench() {}

    /** Makes the project and the events. */
    @Setup
    public void prepare() throws IOException {
        project = Files.createTempDirectory("gleisner-bench").toRealPath();
        for (int i = 0; i < PATHS; i++) {
            String path = project + "/src/main/java/dev/example/part" + i % 37 + "/Thing" + i + ".java";
            events[i] = i % 10 == 0 ? new Event.FileWritten(path) : new Event.FileRead(path);
        }
        for (int i = 0; i < origins.length; i++) {
            origins[i] = new Origin("ebpf", 4711 + i, 8_000_000_000L + i, 0);
        }
    }

    /** Removes the sessions. */
    @TearDown(Level.Iteration)
    public void remove() throws IOException, GleisnerException {
        Path root = new FileEvidenceStoreProvider().create().root();
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> logs = files.filter(file -> file.toString().endsWith(".audit.jsonl"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (Path log : logs) {
                Files.delete(log);
            }
        }
    }

    /** One session of many events. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long accept() throws GleisnerException {
        EvidenceStore store = new FileEvidenceStoreProvider().create();
        String id = "20261122T100000Z-" + Integer.toHexString(0x1000_0000 + session++);
        try (EvidenceStore.Journal journal = store.begin(project, id);
                EventStream stream = new EventStream(journal, project + "/", InstantSource.system(), () -> {})) {
            for (int i = 0; i < EVENTS; i++) {
                stream.accept(origins[i >> 6 & 15], System.nanoTime(), events[i * 31 & PATHS - 1]);
            }
            stream.check();
            return journal.events();
        }
    }
}
