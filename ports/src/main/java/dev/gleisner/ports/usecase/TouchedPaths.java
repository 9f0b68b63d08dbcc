package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.Event;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ScratchFile;
import dev.gleisner.ports.usecase.PathRuns.Cursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which paths were touched, and how, in a few tens of megabytes: what becomes too much is sorted and put into a
 * scratch file. Safe for use by several threads.
 */
final class TouchedPaths implements SessionActivity, AutoCloseable {
    /** With Java's overhead about 10 MiB, and the paths themselves. */
    private static final int MOST_PATHS = 1 << 16;

    private static final long MOST_CHARACTERS = 16L << 20;

    private static final int READ = 1;
    private static final int WRITTEN = 2;
    private static final int DELETED = 4;
    private static final int EXECUTED = 8;
    private static final Touches[] TOUCHES = new Touches[2 * EXECUTED];

    static {
        for (int marks = 0; marks < TOUCHES.length; marks++) {
            TOUCHES[marks] = new Touches(
                    (marks & READ) != 0, (marks & WRITTEN) != 0, (marks & DELETED) != 0, (marks & EXECUTED) != 0);
        }
    }

    /** Opens the scratch file when the first path has to go there. */
    @FunctionalInterface
    interface Scratch {
        ScratchFile open() throws GleisnerException;
    }

    private static final class Marks {
        private int bits;
    }

    private final String project;
    private final Scratch scratch;
    private final Map<String, Marks> recent = new HashMap<>();
    private long characters;
    private @Nullable ScratchFile file;
    private Optional<PathRuns> spilled = Optional.empty();

    /**
     * @param project what the paths of the project begin with: its own, and a slash
     */
    TouchedPaths(String project, Scratch scratch) {
        this.project = project;
        this.scratch = scratch;
    }

    /**
     * Takes an event that worked.
     *
     * @throws GleisnerException when the scratch file cannot be written
     */
    synchronized void remember(Event event) throws GleisnerException {
        switch (event) {
            case Event.FileRead(var path) -> mark(path, READ);
            case Event.FileCreated(var path) -> mark(path, WRITTEN);
            case Event.FileWritten(var path) -> mark(path, WRITTEN);
            case Event.FileRenamed(var path, var newPath) -> {
                mark(path, DELETED);
                mark(newPath, WRITTEN);
            }
            case Event.FileLinked(var _, var newPath) -> mark(newPath, WRITTEN);
            case Event.FileDeleted(var path) -> mark(path, DELETED);
            case Event.ProcessExec exec -> mark(exec.executable(), EXECUTED);
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
                    Event.ProcessExit _,
                    Event.Denied _,
                    Event.EventsLost _,
                    Event.Interrupted _,
                    Event.SessionFinished _ -> {}
        }
    }

    private void mark(String path, int bit) throws GleisnerException {
        if (!path.startsWith("/")) {
            return; // a name that was looked for on PATH, and not found by a sensor
        }
        Marks marks = recent.get(path);
        if (marks == null) {
            if (recent.size() >= MOST_PATHS || characters >= MOST_CHARACTERS) {
                spill();
            }
            marks = new Marks();
            recent.put(path, marks);
            characters += path.length();
        }
        marks.bits |= bit;
    }

    private void spill() throws GleisnerException {
        if (spilled.isEmpty()) {
            ScratchFile opened = scratch.open();
            file = opened;
            spilled = Optional.of(new PathRuns(opened));
        }
        spilled.get().add(new Recent(recent));
        recent.clear();
        characters = 0;
    }

    private synchronized Cursor all() throws GleisnerException {
        Recent sorted = new Recent(recent);
        if (spilled.isEmpty()) {
            return sorted;
        }
        List<Cursor> lists = new ArrayList<>(spilled.get().cursors());
        lists.add(sorted);
        return new MergedPaths(lists);
    }

    @Override
    public void inProject(Visitor visitor) throws GleisnerException {
        for (Cursor paths = all(); paths.advance(); ) {
            if (paths.path.startsWith(project)) {
                visitor.visit(paths.path.substring(project.length()), TOUCHES[paths.marks]);
            }
        }
    }

    @Override
    public void outside(Visitor visitor) throws GleisnerException {
        for (Cursor paths = all(); paths.advance(); ) {
            if (!paths.path.startsWith(project)) {
                visitor.visit(paths.path, TOUCHES[paths.marks]);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    /** What is in memory, as it was at one moment. */
    private static final class Recent extends Cursor {
        private final String[] paths;
        private final byte[] bits;
        private int at;

        Recent(Map<String, Marks> recent) {
            paths = recent.keySet().toArray(new String[0]);
            Arrays.sort(paths);
            bits = new byte[paths.length];
            for (int i = 0; i < paths.length; i++) {
                Marks found = recent.get(paths[i]);
                bits[i] = (byte) (found == null ? 0 : found.bits);
            }
        }

        @Override
        boolean advance() {
            if (at == paths.length) {
                return false;
            }
            path = paths[at];
            marks = bits[at++];
            return true;
        }
    }
}
