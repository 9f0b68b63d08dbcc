package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.EventSink;
import dev.gleisner.ports.GleisnerException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The one ordered stream of a session: gives every event its number and times, hands it to the log, and remembers
 * which files were touched. A caller waits while the log is slow; nothing is dropped.
 */
final class EventStream implements EventConsumer {
    /** The source of events that the supervisor itself knows of. */
    static final String SUPERVISOR = "supervisor";

    private final EventSink log;
    private final long startNanos;
    private final long startWallNanos;
    private final Runnable onFailure;
    private final Set<String> read = new TreeSet<>();
    private final Set<String> written = new TreeSet<>();
    private final Set<String> deleted = new TreeSet<>();
    private long sequence;
    private Optional<GleisnerException> failure = Optional.empty();
    private Optional<EventConsumer> view = Optional.empty();

    /**
     * @param onFailure called once when the log cannot be written: the session must end then
     */
    EventStream(EventSink log, InstantSource clock, Runnable onFailure) {
        this.log = log;
        Instant now = clock.instant();
        this.startNanos = System.nanoTime();
        this.startWallNanos = Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        this.onFailure = onFailure;
    }

    @Override
    public synchronized void accept(Origin origin, long nanos, Event event) {
        if (failure.isPresent()) {
            return; // the session is ending because of this very failure, which check() reports
        }
        long sinceStart = nanos - startNanos;
        try {
            log.accept(new RecordedEvent(sequence, startWallNanos + sinceStart, sinceStart, origin, event));
            sequence++;
        } catch (GleisnerException e) {
            failure = Optional.of(e);
            onFailure.run();
            return;
        }
        if (origin.worked()) {
            remember(event);
        }
        if (view.isPresent()) {
            view.get().accept(origin, nanos, event);
        }
    }

    /** Shows every event that is in the log from now on to {@code consumer} too, which must not block. */
    synchronized void showTo(EventConsumer consumer) {
        view = Optional.of(consumer);
    }

    private void remember(Event event) {
        switch (event) {
            case Event.FileRead(var path) -> read.add(path);
            case Event.FileCreated(var path) -> written.add(path);
            case Event.FileWritten(var path) -> written.add(path);
            case Event.FileRenamed(var path, var newPath) -> {
                deleted.add(path);
                written.add(newPath);
            }
            case Event.FileLinked(var _, var newPath) -> written.add(newPath);
            case Event.FileDeleted(var path) -> deleted.add(path);
            case Event.AttributesChanged _,
                    Event.DirectoryCreated _,
                    Event.DirectoryDeleted _,
                    Event.SymbolicLinkCreated _,
                    Event.Repeated _,
                    Event.NetworkConnect _,
                    Event.NetworkBind _,
                    Event.NetworkAccept _,
                    Event.NetworkSend _,
                    Event.NetworkTraffic _,
                    Event.SessionStarted _,
                    Event.ProcessForked _,
                    Event.ProcessExec _,
                    Event.ProcessExit _,
                    Event.Denied _,
                    Event.EventsLost _,
                    Event.Interrupted _,
                    Event.SessionFinished _ -> {}
        }
    }

    /** Throws what went wrong with the log, if anything did. */
    synchronized void check() throws GleisnerException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Absolute paths of files that were read. */
    synchronized Set<String> read() {
        return new TreeSet<>(read);
    }

    /** Absolute paths of files that were created, written or renamed to. */
    synchronized Set<String> written() {
        return new TreeSet<>(written);
    }

    /** Absolute paths of files that were deleted or renamed away. */
    synchronized Set<String> deleted() {
        return new TreeSet<>(deleted);
    }
}
