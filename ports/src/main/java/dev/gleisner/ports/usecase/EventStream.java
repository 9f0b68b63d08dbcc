package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.EventSink;
import dev.gleisner.ports.EvidenceStore.Journal;
import dev.gleisner.ports.GleisnerException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The one ordered stream of a session: gives every event its number and times, hands it to the log, and remembers
 * which files were touched. A caller waits while the log is slow; nothing is dropped.
 *
 * <p>Numbers tell the order of arrival. The times of one source never go back: an event that comes with an earlier time
 * than the one before it from the same source gets that one's time.
 */
public final class EventStream implements EventConsumer, AutoCloseable {
    /** The source of events that the supervisor itself knows of. */
    public static final String SUPERVISOR = "supervisor";

    private static final class Latest {
        private long nanos = Long.MIN_VALUE;
    }

    private final EventSink log;
    private final TouchedPaths paths;
    private final long startNanos;
    private final long startWallNanos;
    private final Runnable onFailure;
    private final Map<String, Latest> latest = new HashMap<>();
    private String lastSource = "";
    private Latest ofLastSource = new Latest();
    private long sequence;
    private Optional<GleisnerException> failure = Optional.empty();
    private Optional<EventConsumer> view = Optional.empty();

    /**
     * The stream of a session that begins now.
     *
     * @param project what the paths of the project begin with: its own, and a slash
     * @param onFailure called once when the log cannot be written: the session must end then
     */
    public EventStream(Journal journal, String project, InstantSource clock, Runnable onFailure) {
        this.log = journal.log();
        this.paths = new TouchedPaths(project, journal::scratch);
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
        long sinceStart = inOrder(origin.source(), nanos) - startNanos;
        try {
            log.accept(sequence, startWallNanos + sinceStart, sinceStart, origin, event);
            sequence++;
            // No file is taken for written or removed because somebody tried: that is for sensors that see results, and
            // for the snapshots.
            if (origin.worked() || origin.tried() && event instanceof Event.FileRead) {
                paths.remember(event);
            }
        } catch (GleisnerException e) {
            failure = Optional.of(e);
            onFailure.run();
            return;
        }
        if (view.isPresent()) {
            view.get().accept(origin, nanos, event);
        }
    }

    /** Shows every event that is in the log from now on to {@code consumer} too, which must not block. */
    synchronized void showTo(EventConsumer consumer) {
        view = Optional.of(consumer);
    }

    private long inOrder(String source, long nanos) {
        if (!source.equals(lastSource)) {
            Latest known = latest.get(source);
            if (known == null) {
                known = new Latest();
                latest.put(source, known);
            }
            lastSource = source;
            ofLastSource = known;
        }
        ofLastSource.nanos = Math.max(ofLastSource.nanos, nanos);
        return ofLastSource.nanos;
    }

    /** Throws what went wrong with the log, if anything did. */
    public synchronized void check() throws GleisnerException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** What was touched so far. */
    public SessionActivity activity() {
        return paths;
    }

    /** Gives back what {@link #activity} keeps. */
    @Override
    public void close() {
        paths.close();
    }
}
