package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Watches a sandbox with programs in the kernel. They are loaded on a thread of their own from the moment that the sensor
 * is made, while the sandbox is being built; {@link #attach} waits for them.
 */
final class EbpfSensor implements Sensor {
    static final String NAME = "ebpf";
    static final Set<Sight> SIGHTS = Set.of(Sight.values());

    /** How long the reader sleeps when there was something to read, and when there was not. */
    private static final int BUSY_MILLIS = 10;

    private static final int IDLE_MILLIS = 40;

    private final int ringBytes;
    private final Thread loader;
    private volatile @Nullable BpfObject object;
    private volatile @Nullable Exception loadFailure;
    private @Nullable Ring ring;
    private @Nullable RecordReader records;
    private @Nullable Thread reader;
    private Instant attachedOn = Instant.EPOCH;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    EbpfSensor(int ringBytes) {
        this.ringBytes = ringBytes;
        this.loader = Thread.ofPlatform().name("gleisner-ebpf-load").daemon().start(this::load);
    }

    private void load() {
        try {
            object = BpfObject.load(ringBytes);
        } catch (GleisnerException | RuntimeException e) {
            loadFailure = e;
        }
    }

    private BpfObject loaded() throws GleisnerException {
        join(loader);
        BpfObject programs = object;
        if (programs != null) {
            return programs;
        }
        Exception why = loadFailure;
        if (why instanceof GleisnerException known) {
            throw known;
        }
        throw new IllegalStateException("the eBPF programs could not be loaded", why);
    }

    @Override
    public Set<Sight> sees() {
        return SIGHTS;
    }

    @Override
    public void attach(Target target, EventConsumer consumer) throws GleisnerException {
        if (reader != null) {
            throw new IllegalStateException("attached twice");
        }
        BpfObject programs = loaded();
        Settings settings = Settings.of(target.pid());
        Ring opened = Ring.open(programs.map("events"), ringBytes);
        ring = opened;
        RecordReader taker = new RecordReader(consumer);
        records = taker;
        programs.attach();
        settings.apply(programs, target.pid(), ringBytes);
        attachedOn = Instant.now();
        reader = Thread.ofPlatform().name("gleisner-ebpf").daemon().start(() -> run(opened, taker));
    }

    private void run(Ring source, RecordReader taker) {
        try {
            ThreadCapabilities.drop();
            while (true) {
                // What happened before finish() was called is in the ring when this is read as true.
                boolean last = stopping;
                long taken = source.drain(taker);
                if (last && taken == 0) {
                    return;
                }
                if (!last) {
                    source.await(taken > 0 ? BUSY_MILLIS : IDLE_MILLIS);
                }
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    @Override
    public SensorReport finish() throws GleisnerException {
        BpfObject programs = object;
        RecordReader taker = records;
        if (reader == null && !stopping || programs == null || taker == null) {
            throw new IllegalStateException("not attached");
        }
        stop();
        Throwable broken = failure;
        if (broken != null) {
            throw new GleisnerException.KernelRefused(
                    "ebpf sensor",
                    "it stopped in the middle of the session: " + broken,
                    Errno.EIO,
                    "record again; if it happens again, report it with this text",
                    broken);
        }
        Counters counters = Counters.read(programs.map("counts"), programs.cpus());
        return report(taker, counters);
    }

    private SensorReport report(RecordReader taker, Counters counters) {
        SortedMap<String, Long> counted = new TreeMap<>();
        counted.put("absent", counters.absent());
        counted.put("openedAsPathOnly", counters.byPathOnly());
        counted.put("clone3Fallbacks", counters.fallback());
        counted.put("foreignSystemCalls", counters.foreign());
        counted.put("ioUrings", taker.rings());
        counted.put("malformedRecords", taker.malformed());
        counted.put("untrackedProcesses", counters.untracked());
        boolean blind = counters.foreign() > 0 || counters.untracked() > 0 || taker.rings() > 0;
        return new SensorReport(
                NAME,
                SIGHTS,
                "every process of the sandbox",
                true,
                attachedOn,
                taker.events(),
                blind ? Optional.empty() : Optional.of(counters.lost() + taker.malformed()),
                counters.truncated(),
                counted,
                note(taker, counters));
    }

    private static String note(RecordReader taker, Counters counters) {
        StringBuilder note = new StringBuilder();
        if (counters.lost() + taker.malformed() > 0) {
            say(
                    note,
                    counters.lost() + taker.malformed(),
                    "events were lost: the ring was full (ebpf=ring:64M is larger)");
        }
        if (taker.rings() > 0) {
            say(note, taker.rings(), "io_uring instances were made, and what went through them was not seen");
        }
        if (counters.foreign() > 0) {
            say(note, counters.foreign(), "32-bit system calls were made, which are not decoded");
        }
        if (counters.untracked() > 0) {
            say(note, counters.untracked(), "processes were more than could be followed");
        }
        return note.toString();
    }

    private static void say(StringBuilder note, long number, String what) {
        note.append(note.isEmpty() ? "" : "; ").append(number).append(' ').append(what);
    }

    private void stop() {
        stopping = true;
        Thread thread = reader;
        if (thread != null) {
            if (ring != null) {
                ring.wake();
            }
            join(thread);
            reader = null;
        }
    }

    /** Waits for a thread whose memory and descriptors are ours: it cannot be left behind. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        join(loader);
        stop();
        if (ring != null) {
            ring.close();
            ring = null;
        }
        BpfObject programs = object;
        if (programs != null) {
            programs.close();
            object = null;
        }
    }
}
