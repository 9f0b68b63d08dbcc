package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A fanotify group that hears of a whole file system: who did what to which name in which directory. Events say which
 * names and handles, not descriptors, so reading them opens nothing.
 *
 * @spec https://man7.org/linux/man-pages/man7/fanotify.7.html fanotify(7)
 */
final class Fanotify implements AutoCloseable {
    static final int FAN_MODIFY = 0x2;
    static final int FAN_ATTRIB = 0x4;
    static final int FAN_CLOSE_WRITE = 0x8;
    static final int FAN_CLOSE_NOWRITE = 0x10;
    static final int FAN_CREATE = 0x100;
    static final int FAN_DELETE = 0x200;
    static final int FAN_OPEN_EXEC = 0x1000;
    static final int FAN_Q_OVERFLOW = 0x4000;
    static final int FAN_RENAME = 0x1000_0000;
    static final int FAN_ONDIR = 0x4000_0000;

    /** Room for what one read(2) gives. */
    static final int ROOM = 256 * 1024;

    private static final int FAN_CLOEXEC = 0x1;
    private static final int FAN_NONBLOCK = 0x2;
    private static final int FAN_UNLIMITED_QUEUE = 0x10;
    private static final int FAN_REPORT_FID = 0x200;
    private static final int FAN_REPORT_DIR_FID = 0x400;
    private static final int FAN_REPORT_NAME = 0x800;

    /** Also the handle of the file itself; Linux 5.17, as {@link #FAN_RENAME}. */
    private static final int FAN_REPORT_TARGET_FID = 0x1000;

    private static final int FAN_MARK_ADD = 0x1;
    private static final int FAN_MARK_FILESYSTEM = 0x100;

    /**
     * What a file was opened for is told by how it was closed; FAN_OPEN would be a second event for the same. FAN_OPEN_EXEC
     * introduces a process while it lives.
     */
    private static final long HEARD = FAN_MODIFY
            | FAN_ATTRIB
            | FAN_CLOSE_WRITE
            | FAN_CLOSE_NOWRITE
            | FAN_CREATE
            | FAN_DELETE
            | FAN_OPEN_EXEC
            | FAN_RENAME
            | FAN_ONDIR;

    private static final int MAX_HANDLE = 128;
    private static final int PATH_ROOM = 4096;

    private final int group;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle = arena.allocate(8 + MAX_HANDLE, 8);
    private final MemorySegment link = arena.allocate(64);
    private final MemorySegment path = arena.allocate(PATH_ROOM);

    private Fanotify(int group) {
        this.group = group;
    }

    /**
     * A new group; needs CAP_SYS_ADMIN in the first user namespace.
     *
     * @param unlimited whether its queue may grow without limit; otherwise it holds {@code
     *     fs.fanotify.max_queued_events}
     */
    static Fanotify open(boolean unlimited) throws SyscallException {
        int flags = FAN_CLOEXEC
                | FAN_NONBLOCK
                | (unlimited ? FAN_UNLIMITED_QUEUE : 0)
                | FAN_REPORT_FID
                | FAN_REPORT_DIR_FID
                | FAN_REPORT_NAME
                | FAN_REPORT_TARGET_FID;
        return new Fanotify(
                (int) Kernel.call("fanotify_init", SysNr.FANOTIFY_INIT, flags, Fs.O_RDONLY | Fs.O_CLOEXEC, 0));
    }

    /** Hears of the file system that holds an open directory, from now on. */
    void mark(int directory) throws SyscallException {
        try (Arena local = Arena.ofConfined()) {
            long _ = Kernel.call(
                    "fanotify_mark",
                    SysNr.FANOTIFY_MARK,
                    group,
                    FAN_MARK_ADD | FAN_MARK_FILESYSTEM,
                    HEARD,
                    directory,
                    Kernel.cString(local, ".").address(),
                    0);
        }
    }

    int descriptor() {
        return group;
    }

    /** Reads events into {@code room} and copies them to {@code into}; how many bytes, 0 when there are none now. */
    int read(MemorySegment room, byte[] into) {
        while (true) {
            int got = (int) Kernel.raw(SysNr.READ, group, room.address(), ROOM);
            if (got > 0) {
                MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, into, 0, got);
                return got;
            }
            if (got == -Errno.EAGAIN) {
                return 0;
            }
            if (got != -Errno.EINTR) {
                throw new IllegalStateException("read(2) of a fanotify group: " + Errno.describe(-got));
            }
        }
    }

    /**
     * The path of a directory now.
     *
     * @param mount open directory on its file system; the path is the one that this mount gives it
     * @param fileHandle {@code struct file_handle}: handle_bytes (4), handle_type (4), f_handle
     * @return its bytes; empty when the directory is gone or cannot be reached
     */
    Optional<byte[]> path(int mount, byte[] fileHandle) {
        if (fileHandle.length > 8 + MAX_HANDLE) {
            return Optional.empty();
        }
        MemorySegment.copy(fileHandle, 0, handle, ValueLayout.JAVA_BYTE, 0, fileHandle.length);
        int descriptor = (int)
                Kernel.raw(SysNr.OPEN_BY_HANDLE_AT, mount, handle.address(), Fs.O_PATH | Fs.O_CLOEXEC | Fs.O_DIRECTORY);
        if (descriptor < 0) {
            return Optional.empty();
        }
        try {
            byte[] name = ("/proc/self/fd/" + descriptor + "\0").getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(name, 0, link, ValueLayout.JAVA_BYTE, 0, name.length);
            int length = (int) Kernel.raw(SysNr.READLINK, link.address(), path.address(), PATH_ROOM);
            if (length <= 0 || length == PATH_ROOM) {
                return Optional.empty();
            }
            byte[] bytes = new byte[length];
            MemorySegment.copy(path, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
            return bytes[0] == '/' ? Optional.of(bytes) : Optional.empty();
        } finally {
            Fs.close(descriptor);
        }
    }

    @Override
    public void close() {
        Fs.close(group);
        arena.close();
    }
}
