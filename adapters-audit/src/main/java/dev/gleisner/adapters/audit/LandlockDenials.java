package dev.gleisner.adapters.audit;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/**
 * Finds the denials of one session among all records of the machine.
 *
 * <p>A denial names a domain. What the domain is, the kernel says once, beside the domain's first denial: the process
 * that restricted itself. The sandbox's own domain is the one of the command's process; a process of the session may
 * nest further ones. So a denial is held until its domain is known and until the records of its system call, if the
 * host's rules have it record them, are complete. Whatever cannot be put down to the session is left out.
 */
final class LandlockDenials {
    /** How long records of one system call may take to come. */
    static final long HOLD_NANOS = 100_000_000;

    /** How long it may take until a domain is explained; one that was explained before we listened never is. */
    static final long UNKNOWN_NANOS = 1_000_000_000;

    private static final int MOST_HELD = 65_536;
    private static final int MOST_DOMAINS = 65_536;
    private static final int EACCES_LIKE = 4096;

    /** Whose a domain is. */
    private enum Owner {
        SANDBOX,
        NESTED,
        FOREIGN
    }

    /** What is known of a domain of the session. */
    private static final class Domain {
        private final Owner owner;
        private OptionalLong counted = OptionalLong.empty();

        Domain(Owner owner) {
            this.owner = owner;
        }
    }

    /** The denials of one system call. */
    private static final class Group {
        private final long nanos;
        private final List<AuditRecord> denials = new ArrayList<>(1);
        private long pid;
        private int errno;
        private boolean complete;

        Group(long nanos) {
            this.nanos = nanos;
        }
    }

    /** Takes the events. */
    @FunctionalInterface
    interface Sink {
        void accept(Origin origin, long nanos, Event event);
    }

    private final String source;
    private final long command;
    private final LongFunction<Kinship.Answer> kin;
    private final Sink sink;
    private final Map<Long, Domain> domains = new HashMap<>();
    private final LinkedHashMap<Long, Group> held = new LinkedHashMap<>();
    private Origin origin;
    private long events;
    private long truncated;
    private long unattributed;
    private long withoutProcess;

    /**
     * @param source the sensor's name
     * @param command the command's process, which the sandbox's own domain names
     * @param kin whether a process belongs to the session
     */
    LandlockDenials(String source, long command, LongFunction<Kinship.Answer> kin, Sink sink) {
        this.source = source;
        this.command = command;
        this.kin = kin;
        this.sink = sink;
        this.origin = Origin.of(source);
    }

    /** Takes one record; {@code nanos} is when it was, or came. */
    void take(AuditRecord record, long nanos) {
        switch (record.type()) {
            case AuditRecord.LANDLOCK_ACCESS -> denied(record, nanos);
            case AuditRecord.LANDLOCK_DOMAIN -> explained(record);
            case AuditRecord.SYSCALL -> called(record);
            case AuditRecord.END -> {
                Group group = held.get(record.serial());
                if (group != null) {
                    group.complete = true;
                }
            }
            default -> {}
        }
    }

    private void denied(AuditRecord record, long nanos) {
        if (held.size() >= MOST_HELD) {
            settleAll();
        }
        held.computeIfAbsent(record.serial(), _ -> new Group(nanos)).denials.add(record);
    }

    private void called(AuditRecord record) {
        Group group = held.get(record.serial());
        if (group != null) {
            group.pid = Math.max(0, record.number("pid", 10).orElse(0));
            long exit = record.number("exit", 10).orElse(0);
            group.errno = exit < 0 && exit > -EACCES_LIKE ? (int) -exit : 0;
        }
    }

    private void explained(AuditRecord record) {
        OptionalLong id = record.number("domain", 16);
        String status = record.word("status").orElse("");
        if (id.isEmpty()) {
            return;
        }
        if (status.equals("deallocated")) {
            Domain domain = domains.get(id.getAsLong());
            if (domain != null && domain.owner == Owner.FOREIGN) {
                forget(id.getAsLong());
            } else if (domain != null) {
                domain.counted = record.number("denials", 10);
            }
            return;
        }
        OptionalLong pid = record.number("pid", 10);
        if (!status.equals("allocated") || pid.isEmpty()) {
            return;
        }
        Owner owner = Owner.SANDBOX;
        if (pid.getAsLong() != command) {
            owner = switch (kin.apply(pid.getAsLong())) {
                case YES -> Owner.NESTED;
                case NO, GONE -> Owner.FOREIGN;
            };
        }
        know(id.getAsLong(), owner);
    }

    private Domain know(long id, Owner owner) {
        if (domains.size() >= MOST_DOMAINS) {
            domains.values().removeIf(domain -> domain.owner == Owner.FOREIGN);
        }
        Domain domain = new Domain(owner);
        domains.put(id, domain);
        return domain;
    }

    private void forget(long id) {
        for (Group group : held.values()) {
            for (AuditRecord denial : group.denials) {
                if (denial.number("domain", 16).orElse(0) == id) {
                    return; // still needed to know that it is not ours
                }
            }
        }
        domains.remove(id);
    }

    /** Hands on, in order, what can be judged at {@code nanos}. */
    void settle(long nanos) {
        Iterator<Group> groups = held.values().iterator();
        while (groups.hasNext()) {
            Group group = groups.next();
            long age = nanos - group.nanos;
            if (age < HOLD_NANOS && !group.complete || age < UNKNOWN_NANOS && !known(group)) {
                return;
            }
            groups.remove();
            judge(group);
        }
    }

    /** Hands on whatever can be judged at all. */
    void settleAll() {
        List<Group> all = List.copyOf(held.values());
        held.clear();
        all.forEach(this::judge);
    }

    /** Whether something is held. */
    boolean holds() {
        return !held.isEmpty();
    }

    private boolean known(Group group) {
        for (AuditRecord denial : group.denials) {
            if (!domains.containsKey(denial.number("domain", 16).orElse(0))) {
                return false;
            }
        }
        return true;
    }

    private void judge(Group group) {
        for (AuditRecord denial : group.denials) {
            long id = denial.number("domain", 16).orElse(0);
            Optional<Domain> domain = Optional.ofNullable(domains.get(id));
            if (domain.isEmpty() && group.pid != 0 && kin.apply(group.pid) == Kinship.Answer.YES) {
                domain = Optional.of(know(id, Owner.NESTED));
            }
            if (domain.isEmpty()) {
                unattributed++;
            } else if (domain.get().owner != Owner.FOREIGN) {
                deliver(group, denial, domain.get().owner == Owner.NESTED);
            }
        }
    }

    private void deliver(Group group, AuditRecord denial, boolean nested) {
        events++;
        truncated += DenialText.truncated(denial) ? 1 : 0;
        withoutProcess += group.pid == 0 ? 1 : 0;
        if (origin.pid() != group.pid || origin.errno() != group.errno) {
            origin = new Origin(source, group.pid, 0, group.errno);
        }
        sink.accept(origin, group.nanos, DenialText.of(denial, nested));
    }

    /** Whether a domain of the session still exists, as far as the records say. */
    boolean domainsLeft() {
        for (Domain domain : domains.values()) {
            if (domain.owner != Owner.FOREIGN && domain.counted.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** How many events were handed on. */
    long events() {
        return events;
    }

    /** How many of them have no path because the kernel found it too long. */
    long truncated() {
        return truncated;
    }

    /** How many of them do not say which process it was. */
    long withoutProcess() {
        return withoutProcess;
    }

    /** How many denials belong to a domain of which it was never said whose it is: another program's, made before. */
    long unattributed() {
        return unattributed;
    }

    /**
     * How many denials the kernel counted in domains of the session that are gone. It counts those, too, that it is told
     * not to log: what the sandbox's own preparation tried.
     */
    long counted() {
        long sum = 0;
        for (Domain domain : domains.values()) {
            sum += domain.owner == Owner.FOREIGN ? 0 : domain.counted.orElse(0);
        }
        return sum;
    }
}
