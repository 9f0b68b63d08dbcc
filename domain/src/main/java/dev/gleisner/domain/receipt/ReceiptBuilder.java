package dev.gleisner.domain.receipt;

import dev.gleisner.domain.activity.Attempt;
import dev.gleisner.domain.activity.ProcessTable;
import dev.gleisner.domain.activity.Program;
import dev.gleisner.domain.activity.Results;
import dev.gleisner.domain.activity.SessionProcess;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.receipt.Receipt.ProcessEntry;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.statement.StatementView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes a receipt from a signed statement and the events of its log. Keeps what the receipt will list, and nothing of
 * the events themselves.
 *
 * <p>Not safe for use by several threads.
 */
public final class ReceiptBuilder {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String SYSCALL_COUNTER = "syscall.";
    /** Sources that are no sensors: the supervisor itself, and its look at the project before and after. */
    private static final Set<String> NO_SENSORS = Set.of("supervisor", "snapshot");

    private final StatementView statement;
    private final ProcessTable processes = new ProcessTable();
    private final NavigableSet<String> reads = new TreeSet<>();
    private final NavigableSet<String> writes = new TreeSet<>();
    private final NavigableSet<String> deletes = new TreeSet<>();
    private final NavigableSet<String> violations = new TreeSet<>();
    private final NavigableSet<String> denied = new TreeSet<>();
    private final NavigableSet<Attempt> attempts = new TreeSet<>();
    private boolean sensed;
    private boolean traffic;
    private long sentBytes;
    private long receivedBytes;
    private Optional<Long> firstProgramNanos = Optional.empty();
    private Optional<Long> lastExitNanos = Optional.empty();

    /** A receipt for the session of {@code statement}, whose events follow. */
    public ReceiptBuilder(StatementView statement) {
        this.statement = statement;
    }

    /** Takes the next event of the log. */
    public void accept(RecordedEvent recorded) {
        sensed |= !NO_SENSORS.contains(recorded.origin().source());
        processes.take(recorded);
        Attempt.of(recorded).ifPresent(attempts::add);
        if (recorded.event() instanceof Event.Denied(var layer, var attempt, var _) && layer.equals("seccomp")) {
            denied.add(attempt); // the name of a system call
        } else {
            Results.denial(recorded)
                    .ifPresent(words -> (concernsFiles(recorded.event()) ? violations : denied).add(words));
        }
        // A change that was only tried is none; who sees results, or the snapshots, tell those that happened.
        boolean counts = !concernsFiles(recorded.event()) || recorded.event() instanceof Event.FileRead;
        if (recorded.origin().worked() || recorded.origin().tried() && counts) {
            worked(recorded);
        }
    }

    private void worked(RecordedEvent recorded) {
        switch (recorded.event()) {
            case Event.FileRead(var path) -> reads.add(path);
            case Event.FileCreated(var path) -> writes.add(path);
            case Event.FileWritten(var path) -> writes.add(path);
            case Event.SymbolicLinkCreated(var path, var _) -> writes.add(path);
            case Event.FileLinked(var _, var newPath) -> writes.add(newPath);
            case Event.FileRenamed(var path, var newPath) -> {
                deletes.add(path);
                writes.add(newPath);
            }
            case Event.FileDeleted(var path) -> deletes.add(path);
            case Event.NetworkTraffic(var _, var _, var sent, var received) -> {
                traffic = true;
                sentBytes += sent;
                receivedBytes += received;
            }
            case Event.ProcessExec _ -> {
                if (firstProgramNanos.isEmpty()) {
                    firstProgramNanos = Optional.of(recorded.monotonicNanos());
                }
            }
            case Event.ProcessExit _ -> lastExitNanos = Optional.of(recorded.monotonicNanos());
            default -> {}
        }
    }

    private static boolean concernsFiles(Event event) {
        return switch (event) {
            case Event.Denied(var _, var attempt, var _) -> attempt.contains(" /");
            case Event.ProcessExec _,
                    Event.ProcessForked _,
                    Event.NetworkConnect _,
                    Event.NetworkBind _,
                    Event.NetworkAccept _,
                    Event.NetworkSend _,
                    Event.NetworkTraffic _ -> false;
            default -> true;
        };
    }

    /** The receipt, after the last event. */
    public Receipt build() {
        boolean quiet = attempts.isEmpty();
        Optional<Long> noBytes = sees(Sight.NETWORK) && quiet ? Optional.of(0L) : Optional.empty();
        boolean watchedRefusals = sees(Sight.DENIALS);
        Json.Obj resources = statement.resources();
        Optional<Long> cpuMillis = resources
                .integer("userMicros")
                .flatMap(user -> resources.integer("systemMicros").map(system -> (user + system) / 1000));
        return new Receipt(
                statement.sessionId().orElse(""),
                sensed || hasSensor() ? Optional.of("host") : Optional.empty(),
                statement.startedOn(),
                CompletenessRule.of(statement),
                outcome(),
                firstProgramNanos.flatMap(
                        from -> lastExitNanos.map(until -> Math.max(0, until - from) / NANOS_PER_MILLI)),
                cpuMillis,
                resources.integer("maxResidentBytes").map(bytes -> bytes / 1024),
                entries(),
                new Receipt.Filesystem(
                        watched(reads, sees(Sight.READS)),
                        watched(writes, sees(Sight.CHANGES)),
                        watched(deletes, sees(Sight.CHANGES)),
                        watched(violations, watchedRefusals)),
                new Receipt.Network(
                        watched(Attempt.settled(attempts), sees(Sight.NETWORK)),
                        traffic ? Optional.of(sentBytes) : noBytes,
                        traffic ? Optional.of(receivedBytes) : noBytes),
                new Receipt.Syscalls(counts(), watched(denied, watchedRefusals)),
                environment(),
                new Receipt.Execution(
                        statement.backend(), statement.confined().map(confined -> confined ? "namespaces" : "none")),
                statement.output("stdout"),
                statement.output("stderr"));
    }

    /** A list that is empty says "none" only when somebody watched for it. */
    private static <T> Optional<NavigableSet<T>> watched(NavigableSet<T> found, boolean watched) {
        return watched || !found.isEmpty() ? Optional.of(found) : Optional.empty();
    }

    private boolean sees(Sight sight) {
        for (Json.Obj sensor : statement.sensors()) {
            if (sensor.array("sees").contains(Json.of(sight.key()))) {
                return true;
            }
        }
        return false;
    }

    private boolean hasSensor() {
        for (Json.Obj sensor : statement.sensors()) {
            if (!NO_SENSORS.contains(sensor.text("sensor").orElse(""))) {
                return true;
            }
        }
        return false;
    }

    private Optional<Receipt.Outcome> outcome() {
        Optional<String> error = statement.outcome().filter(word -> !word.equals("completed"));
        Optional<Long> signal = statement.signal();
        return statement
                .exitCode()
                .or(() -> signal.map(number -> 128 + number))
                .map(code -> new Receipt.Outcome(code, signal.map(SignalWord::of), error));
    }

    private List<ProcessEntry> entries() {
        List<SessionProcess> ordered = new ArrayList<>(processes.all());
        // Stable: what has the same number and start stays in the order of the log.
        ordered.sort(Comparator.comparingLong(SessionProcess::pid).thenComparingLong(SessionProcess::startMicros));
        List<ProcessEntry> entries = new ArrayList<>();
        for (SessionProcess process : ordered) {
            List<Program> programs = process.programs().isEmpty()
                    ? process.inherited().map(List::of).orElse(List.of())
                    : process.programs();
            boolean own = !process.programs().isEmpty();
            for (Program program : programs) {
                entries.add(entry(
                        process,
                        Optional.of(program),
                        own ? Optional.of(program.workingDirectory()) : Optional.empty()));
            }
            if (programs.isEmpty()) {
                entries.add(entry(process, Optional.empty(), Optional.empty()));
            }
        }
        return entries;
    }

    private static ProcessEntry entry(SessionProcess process, Optional<Program> program, Optional<String> directory) {
        return new ProcessEntry(
                process.pid(),
                process.parentPid() == 0 ? Optional.empty() : Optional.of(process.parentPid()),
                program.map(Program::executable),
                program.map(Program::argv),
                directory.filter(path -> !path.isEmpty()));
    }

    private Optional<SortedMap<String, Long>> counts() {
        SortedMap<String, Long> counts = new TreeMap<>();
        Set<String> counted = new HashSet<>();
        for (Json.Obj sensor : statement.sensors()) {
            for (Map.Entry<String, Json> counter :
                    sensor.object("counters").members().entrySet()) {
                if (counter.getKey().startsWith(SYSCALL_COUNTER) && counter.getValue() instanceof Json.Int(var count)) {
                    String name = counter.getKey().substring(SYSCALL_COUNTER.length());
                    // Two sensors that count the same calls do not make them twice as many.
                    counts.merge(name, count, Math::max);
                    counted.add(name);
                }
            }
        }
        return counted.isEmpty() ? Optional.empty() : Optional.of(counts);
    }

    private Receipt.Environment environment() {
        List<String> command = statement.command();
        String program = command.isEmpty() ? "unknown" : command.getFirst();
        String name = program.substring(program.lastIndexOf('/') + 1);
        boolean confined = statement.confined().orElse(false);
        return new Receipt.Environment(
                name.startsWith("python3") ? "python3.x" : name.startsWith("python") ? "pythonx" : name,
                "linux",
                statement.kernel().map(kernel -> architecture(kernel.substring(kernel.lastIndexOf(' ') + 1))),
                confined
                        ? statement.network().map(mode -> mode.equals("host") ? "enabled" : "disabled")
                        : statement.confined().map(_ -> "enabled"));
    }

    private static String architecture(String machine) {
        return switch (machine) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> machine;
        };
    }
}
