package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.PathText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events about one path, made once for each path and kind: the same headers are opened again and again. The table's size
 * is bounded; when it is full it starts anew.
 */
final class FileEvents {
    private static final int PLACES = 1 << 15;
    private static final int MOST = PLACES / 2;

    /** Paths of one session seldom need more; longer ones are not kept. */
    private static final int LONGEST = 1024;

    /** What happened to the path. */
    enum What {
        READ(1),
        WRITTEN(2),
        CREATED(3),
        DELETED(4),
        ATTRIBUTES(5),
        DIRECTORY_CREATED(6),
        DIRECTORY_DELETED(7);

        /** Sets the hashes of the same path apart. */
        private final int salt;

        What(int salt) {
            this.salt = salt;
        }
    }

    /** A kept event. */
    private record Kept(int hash, What what, byte[] path, Event event) {}

    private final @Nullable Kept[] places = new Kept[PLACES];
    private int kept;

    /** The event for a path in {@code bytes}. */
    Event of(What what, byte[] bytes, int at, int length) {
        if (length > LONGEST) {
            return make(what, PathText.decode(bytes, at, length));
        }
        int hash = what.salt;
        for (int i = at; i < at + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int place = spread(hash);
        for (Kept found = places[place]; found != null; found = places[place]) {
            if (found.hash == hash
                    && found.what == what
                    && Arrays.equals(found.path, 0, found.path.length, bytes, at, at + length)) {
                return found.event;
            }
            place = place + 1 & PLACES - 1;
        }
        if (kept == MOST) {
            Arrays.fill(places, null);
            kept = 0;
            place = spread(hash);
        }
        Event event = make(what, PathText.decode(bytes, at, length));
        places[place] = new Kept(hash, what, Arrays.copyOfRange(bytes, at, at + length), event);
        kept++;
        return event;
    }

    private static int spread(int hash) {
        return (hash ^ hash >>> 15) * 0x2c1b3c6d >>> 32 - 15;
    }

    private static Event make(What what, String path) {
        return switch (what) {
            case READ -> new Event.FileRead(path);
            case WRITTEN -> new Event.FileWritten(path);
            case CREATED -> new Event.FileCreated(path);
            case DELETED -> new Event.FileDeleted(path);
            case ATTRIBUTES -> new Event.AttributesChanged(path);
            case DIRECTORY_CREATED -> new Event.DirectoryCreated(path);
            case DIRECTORY_DELETED -> new Event.DirectoryDeleted(path);
        };
    }
}
