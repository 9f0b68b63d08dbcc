package dev.gleisner.adapters.audit;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.ports.EventConsumer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the events of a fanotify group mean for one session. */
final class FanotifyEvents {
    private static final String EVIDENCE = "/.gleisner";
    private static final String SELF = ".";
    private static final String DELETED = " (deleted)";
    private static final int MOST_DIRECTORIES = 200_000;
    private static final int MOST_WRITING = 100_000;

    /** How files are found; the kernel in the product. */
    interface Files {
        /** Bytes of a directory's path now; empty when it is gone. */
        Optional<byte[]> path(byte[] handle);

        /** Whether there is something of that name now. */
        boolean exists(String path);
    }

    private record Writing(long pid, String path) {}

    private final String source;
    private final String project;
    private final boolean projectOnly;
    private final Files files;
    private final SessionPids pids;
    private final EventConsumer consumer;
    private final Map<FanotifyEvent.Handle, String> directories = new HashMap<>();
    private final Set<Writing> writing = new HashSet<>();
    private Origin origin;
    private long nanos;
    private long events;
    private long overflows;
    private long unresolved;
    private long unattributed;
    private long others;

    /**
     * @param source the sensor's name
     * @param project absolute path of the project, as {@link PathText} writes it
     * @param projectOnly whether what the session does elsewhere is left out
     */
    FanotifyEvents(
            String source, String project, boolean projectOnly, Files files, SessionPids pids, EventConsumer consumer) {
        this.source = source;
        this.project = project;
        this.projectOnly = projectOnly;
        this.files = files;
        this.pids = pids;
        this.consumer = consumer;
        this.origin = Origin.of(source);
    }

    /** Takes one event that was read at {@code nanos}. */
    void take(FanotifyEvent event, long readAt) {
        nanos = readAt;
        if (event.is(Fanotify.FAN_Q_OVERFLOW)) {
            overflows++;
            origin = Origin.of(source);
            emit(new Event.EventsLost(-1, "none"));
            return;
        }
        Kinship.Answer answer = pids.of(event.pid(), readAt);
        boolean directory = event.is(Fanotify.FAN_ONDIR);
        Optional<FanotifyEvent.Place> place = event.place();
        boolean moved = event.is(Fanotify.FAN_RENAME);
        if (answer == Kinship.Answer.NO) {
            others++;
            if (moved && directory) {
                directories.clear(); // whatever lies below has another path now
            }
            return;
        }
        if (place.isEmpty()) {
            return; // of a file without a name, such as one whose last name is gone
        }
        Optional<String> path = path(place.get());
        Optional<String> newPath =
                moved && event.newPlace().isPresent() ? path(event.newPlace().get()) : path;
        if (moved && directory) {
            directories.clear();
        }
        if (path.isEmpty() || newPath.isEmpty()) {
            unresolved++;
            return;
        }
        if (answer == Kinship.Answer.GONE) {
            // It ended before anybody could look. In the project it matters whoever it was; elsewhere it may be anyone.
            if (!inProject(path.get()) && !inProject(newPath.get())) {
                unattributed++;
                return;
            }
        }
        long pid = answer == Kinship.Answer.YES ? event.pid() : 0;
        if (origin.pid() != pid) {
            origin = new Origin(source, pid, 0, 0);
        }
        learn(event, newPath.get(), directory);
        if (moved) {
            renamed(path.get(), newPath.get());
        } else if (wanted(path.get())) {
            if (directory) {
                directory(event, path.get());
            } else {
                file(event, path.get(), pid);
            }
        }
    }

    private void renamed(String from, String to) {
        if (wanted(from) && wanted(to)) {
            emit(new Event.FileRenamed(from, to));
        } else if (wanted(to)) {
            emit(new Event.FileCreated(to));
        } else if (wanted(from)) {
            emit(new Event.FileDeleted(from));
        }
    }

    private void directory(FanotifyEvent event, String path) {
        boolean both = event.is(Fanotify.FAN_CREATE) && event.is(Fanotify.FAN_DELETE);
        boolean replaced = both && files.exists(path);
        if (replaced) {
            emit(new Event.DirectoryDeleted(path));
        }
        if (event.is(Fanotify.FAN_CREATE)) {
            emit(new Event.DirectoryCreated(path));
        }
        if (event.is(Fanotify.FAN_ATTRIB)) {
            emit(new Event.AttributesChanged(path));
        }
        if (event.is(Fanotify.FAN_DELETE) && !replaced) {
            emit(new Event.DirectoryDeleted(path));
        }
    }

    /** The order of what was merged is not known: a file is created first and deleted last, unless it is there now. */
    private void file(FanotifyEvent event, String path, long pid) {
        boolean both = event.is(Fanotify.FAN_CREATE) && event.is(Fanotify.FAN_DELETE);
        boolean replaced = both && files.exists(path);
        if (replaced) {
            emit(new Event.FileDeleted(path));
        }
        if (event.is(Fanotify.FAN_CREATE)) {
            emit(new Event.FileCreated(path));
        }
        written(event, new Writing(pid, path));
        if (event.is(Fanotify.FAN_CLOSE_NOWRITE)) {
            emit(new Event.FileRead(path));
        }
        if (event.is(Fanotify.FAN_ATTRIB)) {
            emit(new Event.AttributesChanged(path));
        }
        if (event.is(Fanotify.FAN_DELETE) && !replaced) {
            emit(new Event.FileDeleted(path));
        }
    }

    /** One event from the first change to the closing; what is written through a memory map shows at the closing only. */
    private void written(FanotifyEvent event, Writing file) {
        boolean closed = event.is(Fanotify.FAN_CLOSE_WRITE);
        if (!closed && !event.is(Fanotify.FAN_MODIFY)) {
            return;
        }
        if (closed ? !writing.remove(file) : writing.add(file)) {
            emit(new Event.FileWritten(file.path()));
        }
        if (writing.size() > MOST_WRITING) {
            writing.clear(); // then some are reported twice
        }
    }

    /** A directory that came to be, or was moved, is known by its handle from now on, even when it is gone soon. */
    private void learn(FanotifyEvent event, String path, boolean directory) {
        if (directory
                && event.is(Fanotify.FAN_CREATE | Fanotify.FAN_RENAME)
                && event.target().isPresent()) {
            remember(event.target().get(), path);
        }
    }

    private void remember(FanotifyEvent.Handle handle, String path) {
        if (directories.size() >= MOST_DIRECTORIES) {
            directories.clear();
        }
        directories.put(handle, path);
    }

    private Optional<String> path(FanotifyEvent.Place place) {
        String directory = directories.get(place.directory());
        if (directory == null) {
            Optional<byte[]> bytes = files.path(place.directory().bytes());
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            directory = PathText.decode(withoutDeleted(bytes.get()));
            remember(place.directory(), directory);
        }
        if (place.name().equals(SELF)) {
            return Optional.of(directory);
        }
        return Optional.of(directory.equals("/") ? "/" + place.name() : directory + "/" + place.name());
    }

    /** The kernel adds a word to the path of a directory that was deleted while somebody has it open. */
    private static byte[] withoutDeleted(byte[] path) {
        byte[] word = DELETED.getBytes(StandardCharsets.US_ASCII);
        int rest = path.length - word.length;
        if (rest > 0 && Arrays.equals(path, rest, path.length, word, 0, word.length)) {
            return Arrays.copyOf(path, rest);
        }
        return path;
    }

    private boolean wanted(String path) {
        boolean inside = inProject(path);
        return inside ? !path.startsWith(EVIDENCE, project.length()) || !evidence(path) : !projectOnly;
    }

    private boolean evidence(String path) {
        int end = project.length() + EVIDENCE.length();
        return path.length() == end || path.charAt(end) == '/';
    }

    private boolean inProject(String path) {
        return path.startsWith(project) && (path.length() == project.length() || path.charAt(project.length()) == '/');
    }

    private void emit(Event event) {
        events++;
        consumer.accept(origin, nanos, event);
    }

    /** How many events were handed on. */
    long events() {
        return events;
    }

    /** How often the queue overflowed. */
    long overflows() {
        return overflows;
    }

    /** How many events of the session had a directory that was gone before its path was known. */
    long unresolved() {
        return unresolved;
    }

    /** How many events, not in the project, came from processes that had ended before anybody could look. */
    long unattributed() {
        return unattributed;
    }

    /** How many events were other programs'. */
    long others() {
        return others;
    }
}
