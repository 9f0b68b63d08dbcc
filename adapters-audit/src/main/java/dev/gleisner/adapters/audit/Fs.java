package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * System calls on files, always relative to an open directory and never through a symbolic link in the last component.
 * Results are the kernel's: negated error numbers, not exceptions, because a tree that changes meanwhile makes most of
 * them normal. Owns its buffers: one object for one thread.
 */
final class Fs implements AutoCloseable {
    /** {@code AT_FDCWD}: relative to the working directory; only ever used with absolute paths. */
    static final int AT_FDCWD = -100;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_APPEND = 0x400;
    static final int O_NONBLOCK = 0x800;
    static final int O_DIRECTORY = 0x10000;
    static final int O_NOFOLLOW = 0x20000;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;

    /** To list a directory. */
    static final int OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

    /** To read a file that may have become a fifo meanwhile. */
    static final int OPEN_FILE = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

    /** {@code st_mode & S_IFMT}. */
    static final int S_IFMT = 0xf000;

    static final int S_IFIFO = 0x1000;
    static final int S_IFCHR = 0x2000;
    static final int S_IFDIR = 0x4000;
    static final int S_IFBLK = 0x6000;
    static final int S_IFREG = 0x8000;
    static final int S_IFLNK = 0xa000;
    static final int S_IFSOCK = 0xc000;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int NAME_ROOM = 4096;
    private static final int STAT_SIZE = 144;
    private static final int DENTS_ROOM = 32 * 1024;
    private static final int IO_ROOM = 128 * 1024;

    private static final byte[] END = {0};

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment name = arena.allocate(NAME_ROOM);
    private final MemorySegment name2 = arena.allocate(NAME_ROOM);
    private final MemorySegment stat = arena.allocate(STAT_SIZE, 8);
    private final byte[] statBytes = new byte[STAT_SIZE];
    private @Nullable MemorySegment dents;
    private byte[] dentsBytes = new byte[0];
    private @Nullable MemorySegment io;

    /**
     * One entry of a directory.
     *
     * @param type {@code S_IF...} of the entry, 0 when the file system does not say
     */
    record Entry(byte[] name, int type) {}

    /** openat(2): a descriptor, or a negated error number. */
    int open(int directory, byte[] path, int flags, int mode) {
        return (int) retry(SysNr.OPENAT, directory, put(name, path), flags | O_CLOEXEC, mode);
    }

    /** openat(2) of something that is there already. */
    int open(int directory, byte[] path, int flags) {
        return open(directory, path, flags, 0);
    }

    /**
     * Opens the directory at an absolute path; its last component is no symbolic link.
     *
     * @param flags besides {@code O_DIRECTORY | O_NOFOLLOW}
     */
    int openRoot(byte[] absolute, int flags) {
        return open(AT_FDCWD, absolute, flags | O_DIRECTORY | O_NOFOLLOW);
    }

    /** close(2); on Linux the descriptor is gone whatever the answer. */
    static void close(int descriptor) {
        if (descriptor >= 0) {
            long unused = Kernel.raw(SysNr.CLOSE, descriptor, 0, 0);
            assert unused <= 0;
        }
    }

    /** fstat(2); 0, or a negated error number. The answer is read with {@link #mode} and its neighbours. */
    int stat(int descriptor) {
        return answered((int) retry(SysNr.FSTAT, descriptor, stat.address(), 0, 0));
    }

    /** fstatat(2) of the name itself, not of what a link points to. */
    int stat(int directory, byte[] path) {
        return answered((int) retry(SysNr.NEWFSTATAT, directory, put(name, path), stat.address(), AT_SYMLINK_NOFOLLOW));
    }

    // Answers are copied to the heap and taken apart there: each MemorySegment accessor would link a handle of its own,
    // which costs a cold process milliseconds.
    private int answered(int result) {
        if (result == 0) {
            MemorySegment.copy(stat, ValueLayout.JAVA_BYTE, 0, statBytes, 0, STAT_SIZE);
        }
        return result;
    }

    /** A little-endian integer of four bytes. */
    static int int32(byte[] bytes, int at) {
        return bytes[at] & 0xff
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
    }

    private static long int64(byte[] bytes, int at) {
        return int32(bytes, at) & 0xffff_ffffL | (long) int32(bytes, at + 4) << 32;
    }

    /** {@code st_mode} of the last stat. */
    int mode() {
        return int32(statBytes, 24);
    }

    /** {@code S_IF...} of the last stat. */
    int type() {
        return mode() & S_IFMT;
    }

    /** {@code st_uid} of the last stat. */
    int uid() {
        return int32(statBytes, 28);
    }

    /** {@code st_dev} of the last stat. */
    long device() {
        return int64(statBytes, 0);
    }

    /** {@code st_ino} of the last stat. */
    long inode() {
        return int64(statBytes, 8);
    }

    /** {@code st_size} of the last stat, in bytes. */
    long size() {
        return int64(statBytes, 48);
    }

    /** Last change of the inode of the last stat, in nanoseconds since 1970. */
    long changedNanos() {
        return int64(statBytes, 104) * 1_000_000_000L + int64(statBytes, 112);
    }

    /** A token that differs when device, inode, size, mtime or ctime differ. */
    String token() {
        StringBuilder out = new StringBuilder(80);
        out.append(device()).append(':').append(inode()).append(':').append(size());
        time(out.append(':'), 88);
        time(out.append(':'), 104);
        return out.toString();
    }

    private void time(StringBuilder out, int offset) {
        out.append(int64(statBytes, offset)).append('.').append(int64(statBytes, offset + 8));
    }

    /** Magic number of the file system that holds {@code descriptor}, from fstatfs(2); 0 when it does not say. */
    long fileSystem(int descriptor) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment answer = local.allocate(120, 8);
            if (retry(SysNr.FSTATFS, descriptor, answer.address(), 0, 0) < 0) {
                return 0;
            }
            byte[] bytes = new byte[8];
            MemorySegment.copy(answer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return int64(bytes, 0);
        }
    }

    /**
     * The entries of an open directory without {@code .} and {@code ..}.
     *
     * @param limit how many at most; the list is one longer when there are more
     * @return the entries; those read before an error when the kernel gives one in the middle
     */
    List<Entry> list(int directory, int limit) {
        MemorySegment buffer = dents;
        if (buffer == null) {
            buffer = arena.allocate(DENTS_ROOM, 8);
            dents = buffer;
            dentsBytes = new byte[DENTS_ROOM];
        }
        byte[] bytes = dentsBytes;
        List<Entry> entries = new ArrayList<>();
        while (entries.size() <= limit) {
            int length = (int) retry(SysNr.GETDENTS64, directory, buffer.address(), DENTS_ROOM, 0);
            if (length <= 0) {
                return entries;
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
            // struct linux_dirent64: ino 0 (8), off 8 (8), reclen 16 (2), type 18 (1), name 19, ends with NUL
            for (int at = 0; at < length && entries.size() <= limit; ) {
                int end = at + 19;
                while (bytes[end] != 0) {
                    end++;
                }
                if (!dots(bytes, at + 19, end)) {
                    // DT_* is S_IFMT shifted right by 12 (IFTODT of dirent.h); DT_UNKNOWN is 0.
                    entries.add(new Entry(Arrays.copyOfRange(bytes, at + 19, end), (bytes[at + 18] & 0xff) << 12));
                }
                at += bytes[at + 16] & 0xff | (bytes[at + 17] & 0xff) << 8;
            }
        }
        return entries;
    }

    private static boolean dots(byte[] bytes, int start, int end) {
        return bytes[start] == '.' && (end - start == 1 || end - start == 2 && bytes[start + 1] == '.');
    }

    /** pread(2) into {@code into}; how many bytes, 0 at the end, or a negated error number. */
    int read(int descriptor, byte[] into, long offset) {
        MemorySegment buffer = io(into.length);
        int got = (int) retry(SysNr.PREAD64, descriptor, buffer.address(), Math.min(into.length, IO_ROOM), offset);
        if (got > 0) {
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, got);
        }
        return got;
    }

    /** write(2) of everything; 0, or a negated error number. */
    int write(int descriptor, byte[] from, int length) {
        MemorySegment buffer = io(length);
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, IO_ROOM);
            MemorySegment.copy(from, done, buffer, ValueLayout.JAVA_BYTE, 0, part);
            int written = 0;
            while (written < part) {
                long result = retry(SysNr.WRITE, descriptor, buffer.address() + written, part - written, 0);
                if (result <= 0) {
                    return result == 0 ? -Errno.EIO : (int) result;
                }
                written += (int) result;
            }
            done += part;
        }
        return 0;
    }

    /** fsync(2). */
    static int sync(int descriptor) {
        return (int) retry(SysNr.FSYNC, descriptor, 0, 0, 0);
    }

    /** fdatasync(2). */
    static int syncData(int descriptor) {
        return (int) retry(SysNr.FDATASYNC, descriptor, 0, 0, 0);
    }

    /** ftruncate(2). */
    static int truncate(int descriptor, long length) {
        return (int) retry(SysNr.FTRUNCATE, descriptor, length, 0, 0);
    }

    /** mkdirat(2). */
    int makeDirectory(int directory, byte[] path, int mode) {
        return (int) retry(SysNr.MKDIRAT, directory, put(name, path), mode, 0);
    }

    /** renameat(2) inside one directory. */
    int rename(int directory, byte[] from, byte[] to) {
        return (int) retry(SysNr.RENAMEAT, directory, put(name, from), directory, put(name2, to));
    }

    /** linkat(2) inside one directory. */
    int link(int directory, byte[] from, byte[] to) {
        return (int) retry(SysNr.LINKAT, directory, put(name, from), directory, put(name2, to));
    }

    /** unlinkat(2) of a file. */
    int unlink(int directory, byte[] path) {
        return (int) retry(SysNr.UNLINKAT, directory, put(name, path), 0, 0);
    }

    /**
     * flock(2), exclusive and without waiting. Unlike fcntl(2) locks it belongs to the open file: closing another
     * descriptor of the same file in this process does not lose it.
     *
     * @return 0, or a negated error number; {@code EAGAIN} when another one has it
     */
    static int tryLock(int descriptor) {
        return (int) retry(SysNr.FLOCK, descriptor, 2 | 4, 0, 0);
    }

    /** Room for that many bytes, or for as many as one call moves. */
    private MemorySegment io(int wanted) {
        MemorySegment room = io;
        int bytes = Math.min(wanted, IO_ROOM);
        if (room == null || room.byteSize() < bytes) {
            room = arena.allocate(bytes);
            io = room;
        }
        return room;
    }

    private static long put(MemorySegment room, byte[] path) {
        if (path.length >= NAME_ROOM) {
            throw new IllegalArgumentException("a path of " + path.length + " bytes in one call; walk it in parts");
        }
        MemorySegment.copy(path, 0, room, ValueLayout.JAVA_BYTE, 0, path.length);
        MemorySegment.copy(END, 0, room, ValueLayout.JAVA_BYTE, path.length, 1);
        return room.address();
    }

    private static long retry(int number, long a, long b, long c, long d) {
        long result;
        do {
            result = Kernel.raw(number, a, b, c, d, 0, 0);
        } while (result == -Errno.EINTR);
        return result;
    }

    @Override
    public void close() {
        arena.close();
    }
}
