package dev.gleisner.cli.command;

import dev.gleisner.cli.Console;
import dev.gleisner.domain.activity.Attempt;
import dev.gleisner.domain.activity.Program;
import dev.gleisner.domain.activity.Results;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells on standard error what happens while it happens: programs that start, paths that are written or deleted,
 * connections, denials. Whoever gives it events never waits: when the reader is slower than the command, lines are left
 * out here, and only here, and their number is told.
 */
final class LiveView implements EventConsumer, AutoCloseable {
    /** How many events may wait to be printed. */
    private static final int ROOM = 4096;

    /** What was told among the last lines is not told again: sensors see the same, and programs repeat themselves. */
    private static final int REMEMBERED = 1024;

    private static final int LONGEST = 400;

    private final Console console;
    private final Deque<RecordedEvent> waiting = new ArrayDeque<>();
    private final Thread printer =
            Thread.ofPlatform().daemon().name("gleisner-live").unstarted(this::print);
    private final Map<String, Boolean> told = new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };
    private long leftOut;
    private boolean ended;

    private LiveView(Console console) {
        this.console = console;
    }

    /**
     * A view that prints from now on.
     *
     * @throws GleisnerException.BadInput when the command would have the terminal that it prints to
     */
    static LiveView start(Console console) throws GleisnerException {
        Optional<String> err = terminal(2);
        if (err.isPresent() && (err.equals(terminal(0)) || err.equals(terminal(1)))) {
            throw new GleisnerException.BadInput(
                    "--live",
                    "the command has the terminal that the lines would be printed to, and they would be mixed",
                    "send them elsewhere, such as --live ... 2>live.log, and read that with `tail -f`");
        }
        LiveView view = new LiveView(console);
        view.printer.start();
        return view;
    }

    private static Optional<String> terminal(int descriptor) {
        try {
            String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return file.startsWith("/dev/pts/") || file.startsWith("/dev/tty") || file.equals("/dev/console")
                    ? Optional.of(file)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // a closed descriptor is no terminal
        }
    }

    @Override
    public synchronized void accept(Origin origin, long nanos, Event event) {
        if (event instanceof Event.FileRead || event instanceof Event.Repeated) {
            return;
        }
        if (waiting.size() < ROOM) {
            waiting.add(new RecordedEvent(0, 0, nanos, origin, event));
            notifyAll();
        } else {
            leftOut++;
        }
    }

    private void print() {
        try {
            for (Optional<RecordedEvent> next = next(); next.isPresent(); next = next()) {
                boolean refused = Results.denial(next.get()).isPresent();
                Optional<String> line = line(next.get());
                if (line.isPresent() && told.putIfAbsent(line.get(), true) == null) {
                    String safe = Printable.of(line.get());
                    String cut = safe.length() > LONGEST ? safe.substring(0, LONGEST) + " [cut off]" : safe;
                    console.err().println(refused ? console.bad(cut) : console.faint(cut));
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody else has this thread to interrupt it", e);
        }
    }

    private Optional<RecordedEvent> next() throws InterruptedException {
        long missing;
        Optional<RecordedEvent> next;
        synchronized (this) {
            while (waiting.isEmpty() && !ended) {
                wait();
            }
            // What was left out came after all that waits, so it is told when that is printed.
            missing = waiting.isEmpty() ? leftOut : 0;
            leftOut -= missing;
            next = Optional.ofNullable(waiting.poll());
        }
        if (missing > 0) {
            console.err().println(console.warn("live: " + missing + " events left out here; the log has them"));
        }
        return next;
    }

    private static Optional<String> line(RecordedEvent recorded) {
        Optional<String> denial = Results.denial(recorded);
        if (denial.isPresent()) {
            return Optional.of("live: denied  " + denial.get());
        }
        Optional<Attempt> attempt = Attempt.of(recorded);
        if (attempt.isPresent()) {
            return Optional.of("live: connect " + attempt.get().protocol() + " "
                    + attempt.get().destination() + " " + attempt.get().result());
        }
        if (recorded.origin().didFail()) {
            return Optional.empty();
        }
        return switch (recorded.event()) {
            case Event.ProcessExec exec ->
                Optional.of("live: start   " + recorded.origin().pid() + " " + Program.commandLine(exec));
            case Event.FileCreated(var path) -> Optional.of("live: write   " + path);
            case Event.FileWritten(var path) -> Optional.of("live: write   " + path);
            case Event.SymbolicLinkCreated(var path, var target) ->
                Optional.of("live: symlink " + path + " -> " + target);
            case Event.FileLinked(var path, var newPath) -> Optional.of("live: link    " + newPath + " = " + path);
            case Event.FileRenamed(var path, var newPath) -> Optional.of("live: rename  " + path + " -> " + newPath);
            case Event.FileDeleted(var path) -> Optional.of("live: delete  " + path);
            case Event.DirectoryCreated(var path) -> Optional.of("live: mkdir   " + path);
            case Event.DirectoryDeleted(var path) -> Optional.of("live: rmdir   " + path);
            case Event.EventsLost(var count, var repair) ->
                Optional.of("live: lost    " + (count < 0 ? "some" : count) + " events (" + repair + ")");
            case Event.Interrupted(var reason) -> Optional.of("live: ended by " + reason);
            default -> Optional.empty();
        };
    }

    /** Prints what still waits. */
    @Override
    public void close() {
        synchronized (this) {
            ended = true;
            notifyAll();
        }
        try {
            printer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
