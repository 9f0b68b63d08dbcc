package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears what Landlock refused, from the kernel's audit log. Domains of other programs on the machine are told apart
 * and left out; see {@link LandlockDenials}. The sandbox has the kernel log what is refused after the command was
 * started, not what its own preparation tries.
 */
final class LandlockAuditSensor implements Sensor {
    static final String NAME = "landlock-audit";
    static final Set<Sight> SEES = Set.of(Sight.DENIALS);

    /** Counter: what the kernel counted in domains that are gone, with what the preparation of the sandbox tried. */
    static final String COUNTED = "countedByKernel";

    /** Counter: denials in domains of which it was not said whose they are. */
    static final String UNATTRIBUTED = "unattributed";

    /** Counter: denials that do not say which process it was. */
    static final String WITHOUT_PROCESS = "withoutProcess";

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** How often what is held is looked at again. */
    private static final int HOLD_MILLIS = 25;

    /** How long the kernel may take to say that the last domain is gone: it does so when it has time. */
    private static final long GONE_NANOS = 500 * NANOS_PER_MILLI;

    /** How long it may take until nothing waits to be sent any more. */
    private static final long DRAINED_NANOS = 2_000 * NANOS_PER_MILLI;

    private static final long COUNTER_MASK = 0xffff_ffffL;

    private @Nullable NetlinkSocket log;
    private @Nullable NetlinkSocket questions;
    private @Nullable Waiter waiter;
    private @Nullable SensorThread thread;
    private @Nullable LandlockDenials denials;
    private Instant attachedOn = Instant.EPOCH;
    private long attachedNanos;
    private long lostBefore;
    private long unreadable;

    @Override
    public Set<Sight> sees() {
        return SEES;
    }

    @Override
    public void attach(Target target, EventConsumer consumer) throws GleisnerException {
        if (log != null) {
            throw new IllegalStateException("attached twice");
        }
        attachedNanos = System.nanoTime();
        try {
            NetlinkSocket listening = AuditSocket.listening();
            log = listening;
            NetlinkSocket asking = AuditSocket.asking();
            questions = asking;
            AuditSocket.Status status = AuditSocket.status(asking);
            if (!status.enabled()) {
                throw new GleisnerException.HostLacks(
                        "audit", "it is off", "auditctl -e 1 (package auditd); it is the whole machine's to decide");
            }
            lostBefore = status.lost();
            int waker = Waiter.openWaker();
            if (waker < 0) {
                throw new SyscallException("eventfd", -waker);
            }
            Waiter waiting = new Waiter(listening.descriptor(), waker);
            waiter = waiting;
            attachedOn = Instant.now();
            long self = ProcessHandle.current().pid();
            long root = Kinship.rootOf(target.pid(), self);
            thread = new SensorThread(NAME, waiting, stopping -> {
                try (Kinship kinship = new Kinship(root, self)) {
                    LandlockDenials found = new LandlockDenials(NAME, target.pid(), kinship::of, consumer::accept);
                    denials = found;
                    run(listening, asking, waiting, found, stopping);
                }
            });
        } catch (SyscallException e) {
            throw refused(e);
        }
    }

    private static GleisnerException refused(SyscallException e) {
        return new GleisnerException.KernelRefused(
                NAME + " sensor",
                String.valueOf(e.getMessage()),
                e.errno(),
                "see `gleisner doctor` for what it needs, or choose another sensor with --sensor",
                e);
    }

    private void run(
            NetlinkSocket listening,
            NetlinkSocket asking,
            Waiter waiting,
            LandlockDenials found,
            BooleanSupplier stopping) {
        byte[] message = new byte[NetlinkSocket.ROOM];
        while (!stopping.getAsBoolean()) {
            int _ = drain(listening, message, found);
            found.settle(System.nanoTime());
            waiting.await(found.holds() ? HOLD_MILLIS : -1);
        }
        finish(listening, asking, message, found);
    }

    /** Everything inside has ended: waits for what the kernel has not sent yet. */
    private void finish(NetlinkSocket listening, NetlinkSocket asking, byte[] message, LandlockDenials found) {
        long begin = System.nanoTime();
        boolean quiet = false;
        while (!quiet && System.nanoTime() - begin < DRAINED_NANOS) {
            // Twice, because the last one that does not wait any more may be on its way.
            quiet = backlog(asking) == 0 && drain(listening, message, found) == 0;
            pause(quiet ? 2 : 1);
            quiet &= drain(listening, message, found) == 0;
        }
        while (found.domainsLeft() && System.nanoTime() - begin < GONE_NANOS) {
            pause(2);
            int _ = drain(listening, message, found);
        }
        found.settleAll();
    }

    private static long backlog(NetlinkSocket asking) {
        try {
            return AuditSocket.status(asking).backlog();
        } catch (SyscallException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(millis * NANOS_PER_MILLI);
    }

    /** Takes all that is there; how many messages that were. */
    private int drain(NetlinkSocket listening, byte[] message, LandlockDenials found) {
        int taken = 0;
        while (true) {
            int length = listening.receive(message);
            if (length == 0) {
                return taken;
            }
            taken++;
            if (length == -Errno.ENOBUFS) {
                continue; // the socket counts them
            }
            int type = NetlinkSocket.type(message);
            if (AuditRecord.wanted(type)) {
                Optional<AuditRecord> record = AuditRecord.parse(type, message, NetlinkSocket.HEADER, length);
                if (record.isPresent()) {
                    found.take(record.get(), when(record.get()));
                } else {
                    unreadable += type == AuditRecord.SYSCALL || type == AuditRecord.END ? 0 : 1;
                }
            }
        }
    }

    /** The record's time on our clock, not before we listened: the kernel's is coarse. */
    private long when(AuditRecord record) {
        long age = Math.max(0, System.currentTimeMillis() - record.wallMillis());
        return Math.max(attachedNanos, System.nanoTime() - age * NANOS_PER_MILLI);
    }

    @Override
    public SensorReport finish() throws GleisnerException {
        SensorThread running = thread;
        NetlinkSocket asking = questions;
        NetlinkSocket listening = log;
        if (running == null || asking == null || listening == null) {
            throw new IllegalStateException("not attached");
        }
        running.stop();
        running.check();
        LandlockDenials found = denials;
        if (found == null) {
            throw new IllegalStateException("the thread did nothing");
        }
        try {
            AuditSocket.Status status = AuditSocket.status(asking);
            long machine = (status.lost() - lostBefore & COUNTER_MASK) + listening.drops();
            return report(found, status.enabled(), machine);
        } catch (SyscallException e) {
            throw refused(e);
        }
    }

    private SensorReport report(LandlockDenials found, boolean enabled, long machine) {
        SortedMap<String, Long> counters = new TreeMap<>();
        counters.put(COUNTED, found.counted());
        counters.put(UNATTRIBUTED, found.unattributed());
        counters.put(WITHOUT_PROCESS, found.withoutProcess());
        StringBuilder note = new StringBuilder();
        if (found.withoutProcess() > 0) {
            add(note, "the audit rules of this host leave system calls out, so the process is not known");
        }
        if (machine > 0) {
            add(
                    note,
                    machine + " records of the machine's audit log were lost; how many of this session, is not known");
        }
        if (unreadable > 0) {
            add(note, unreadable + " records could not be read");
        }
        if (found.domainsLeft()) {
            add(note, "the kernel has not yet said how many denials it counted in all");
        }
        if (!enabled) {
            add(note, "audit was switched off during the session");
        }
        return new SensorReport(
                NAME,
                SEES,
                "what Landlock refused after the command was started, in the sandbox's domain and those nested in it",
                true,
                attachedOn,
                found.events(),
                enabled ? Optional.of(machine + unreadable) : Optional.empty(),
                found.truncated(),
                counters,
                note.toString());
    }

    private static void add(StringBuilder note, String text) {
        note.append(note.isEmpty() ? "" : "; ").append(text);
    }

    @Override
    public void close() {
        if (thread != null) {
            thread.stop();
            thread = null;
        }
        if (waiter != null) {
            waiter.close();
            waiter = null;
        }
        if (questions != null) {
            questions.close();
            questions = null;
        }
        if (log != null) {
            log.close();
            log = null;
        }
    }
}
