package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An inotify queue. Adding watches and reading may happen on two threads.
 *
 * @spec https://man7.org/linux/man-pages/man7/inotify.7.html inotify(7)
 */
final class Inotify implements AutoCloseable {
    static final int IN_MODIFY = 0x2;
    static final int IN_ATTRIB = 0x4;
    static final int IN_CLOSE_WRITE = 0x8;
    static final int IN_CLOSE_NOWRITE = 0x10;
    static final int IN_MOVED_FROM = 0x40;
    static final int IN_MOVED_TO = 0x80;
    static final int IN_CREATE = 0x100;
    static final int IN_DELETE = 0x200;
    static final int IN_Q_OVERFLOW = 0x4000;
    static final int IN_IGNORED = 0x8000;
    static final int IN_ISDIR = 0x4000_0000;

    static final String MORE_INSTANCES = "raise the limit: sysctl fs.inotify.max_user_instances=1024";

    private static final int IN_ONLYDIR = 0x100_0000;
    private static final int IN_EXCL_UNLINK = 0x400_0000;
    private static final int WATCHED = IN_MODIFY
            | IN_ATTRIB
            | IN_CLOSE_WRITE
            | IN_CLOSE_NOWRITE
            | IN_MOVED_FROM
            | IN_MOVED_TO
            | IN_CREATE
            | IN_DELETE
            | IN_ONLYDIR
            | IN_EXCL_UNLINK;
    private static final int NONBLOCK_CLOEXEC = Fs.O_NONBLOCK | Fs.O_CLOEXEC;

    /** Room for what one read(2) gives: some thousand events. */
    static final int ROOM = 256 * 1024;

    private final int queue;

    Inotify(int queue) {
        this.queue = queue;
    }

    /** A new queue's descriptor, or a negated error number. */
    static int open() {
        return (int) Kernel.raw(SysNr.INOTIFY_INIT1, NONBLOCK_CLOEXEC, 0, 0);
    }

    /**
     * Watches the directory that is open as {@code directory}: through {@code /proc/self/fd}, so that no name is looked
     * up again. The link there is the kernel's own and leads to exactly this directory, so it is followed.
     *
     * @return the watch, the same one when the directory is watched already, or a negated error number
     */
    int watch(int directory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = Kernel.cString(arena, "/proc/self/fd/" + directory);
            return (int) Kernel.raw(SysNr.INOTIFY_ADD_WATCH, queue, path.address(), WATCHED);
        }
    }

    /** Ends a watch; does nothing when it has ended by itself. */
    void unwatch(int watch) {
        long result = Kernel.raw(SysNr.INOTIFY_RM_WATCH, queue, watch, 0);
        assert result == 0 || result == -Errno.EINVAL : result;
    }

    /** Reads events into {@code room} and copies them to {@code into}; how many bytes, 0 when there are none now. */
    int read(MemorySegment room, byte[] into) {
        while (true) {
            int got = (int) Kernel.raw(SysNr.READ, queue, room.address(), ROOM);
            if (got > 0) {
                MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, into, 0, got);
                return got;
            }
            if (got == -Errno.EAGAIN) {
                return 0;
            }
            if (got != -Errno.EINTR) {
                throw new IllegalStateException("read(2) of an inotify queue: " + Errno.describe(-got));
            }
        }
    }

    @Override
    public void close() {
        Fs.close(queue);
    }
}
