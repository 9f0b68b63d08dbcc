package dev.gleisner.adapters.audit;

import dev.gleisner.domain.event.PathText;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One event of a fanotify group, as the kernel lays it out; the same object reads one after the other.
 *
 * @spec https://man7.org/linux/man-pages/man7/fanotify.7.html fanotify(7)
 */
final class FanotifyEvent {
    // struct fanotify_event_metadata: event_len (4), vers (1), reserved (1), metadata_len (2), mask (8), fd (4), pid
    // (4)
    private static final int METADATA = 24;

    // struct fanotify_event_info_header: info_type (1), pad (1), len (2); then fsid (8), file_handle
    private static final int INFO_HANDLE = 12;
    private static final int HANDLE_DATA = 8;
    private static final int INFO_FID = 1;
    private static final int INFO_DFID_NAME = 2;
    private static final int INFO_OLD_DFID_NAME = 10;
    private static final int INFO_NEW_DFID_NAME = 12;

    /** A directory's {@code struct file_handle}. */
    static final class Handle {
        private final byte[] bytes;
        private final int hash;

        Handle(byte[] bytes) {
            this.bytes = bytes;
            this.hash = Arrays.hashCode(bytes);
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Handle handle && Arrays.equals(bytes, handle.bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * A name in a directory.
     *
     * @param name as {@link PathText} writes it; {@code .} is the directory itself
     */
    record Place(Handle directory, String name) {}

    private int mask;
    private int pid;
    private @Nullable Place place;
    private @Nullable Place newPlace;
    private @Nullable Handle target;

    /**
     * Reads the event at {@code at}.
     *
     * @return where the next one begins
     */
    int read(byte[] bytes, int at, int end) {
        int length = end - at < METADATA ? 0 : Fs.int32(bytes, at);
        if (length < METADATA || length > end - at) {
            throw new IllegalStateException("a fanotify event of " + length + " bytes in " + (end - at));
        }
        int next = at + length;
        mask = Fs.int32(bytes, at + 8);
        pid = Fs.int32(bytes, at + 20);
        place = null;
        newPlace = null;
        target = null;
        int info = at + int16(bytes, at + 6);
        while (next - info >= INFO_HANDLE + HANDLE_DATA) {
            int size = int16(bytes, info + 2);
            if (size < INFO_HANDLE + HANDLE_DATA || size > next - info) {
                throw new IllegalStateException("fanotify information of " + size + " bytes in " + (next - info));
            }
            info(bytes, info, size);
            info += size;
        }
        return next;
    }

    private void info(byte[] bytes, int at, int size) {
        int end = at + size;
        int data = Fs.int32(bytes, at + INFO_HANDLE);
        int name = at + INFO_HANDLE + HANDLE_DATA + data;
        if (data < 0 || name > end) {
            throw new IllegalStateException("a file handle of " + data + " bytes in " + size);
        }
        Handle handle = new Handle(Arrays.copyOfRange(bytes, at + INFO_HANDLE, name));
        switch (bytes[at]) {
            case INFO_FID -> target = handle;
            case INFO_DFID_NAME, INFO_OLD_DFID_NAME -> place = new Place(handle, name(bytes, name, end));
            case INFO_NEW_DFID_NAME -> newPlace = new Place(handle, name(bytes, name, end));
            default -> {} // a directory without a name says nothing that we ask for
        }
    }

    private static String name(byte[] bytes, int from, int end) {
        int to = from;
        while (to < end && bytes[to] != 0) {
            to++;
        }
        return PathText.decode(bytes, from, to - from);
    }

    private static int int16(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }

    /** The kinds of event; the kernel merges what one process does to one name as long as nobody has read it. */
    int mask() {
        return mask;
    }

    /** Whether any of these kinds is among them. */
    boolean is(int kinds) {
        return (mask & kinds) != 0;
    }

    /** The process, as the group's process namespace numbers it. */
    int pid() {
        return pid;
    }

    /** What it was about; where it was, for a rename. */
    Optional<Place> place() {
        return Optional.ofNullable(place);
    }

    /** Where it is after a rename. */
    Optional<Place> newPlace() {
        return Optional.ofNullable(newPlace);
    }

    /** Handle of the file or directory itself. */
    Optional<Handle> target() {
        return Optional.ofNullable(target);
    }
}
