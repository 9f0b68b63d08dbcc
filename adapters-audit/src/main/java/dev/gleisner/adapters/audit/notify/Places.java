package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.KernelCalls;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds out what a name means to a thread that waits: from its root and its working directory, through symbolic links,
 * as the kernel will do it. The kernel itself is asked, with descriptors that can do nothing but be asked for their
 * path. What cannot be resolved keeps the text that was given, made absolute.
 *
 * @spec https://man7.org/linux/man-pages/man2/openat2.2.html openat2(2)
 */
final class Places {
    /** What a name leads to. */
    enum Found {
        /** A file that exists. */
        THERE,
        /** Nothing: its directory exists, the last component does not. */
        ABSENT,
        /** Nothing, and there is no directory where it could be made. */
        NOWHERE,
        /** It cannot be told. */
        UNKNOWN
    }

    private static final int ROOM = 3 * 4096;
    private static final int MOST_LINKS = 40;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int O_DIRECTORY = 0200000;
    private static final int O_NOFOLLOW = 0400000;
    private static final int O_PATH = 010000000;
    private static final int O_CLOEXEC = 02000000;
    private static final int RESOLVE_NO_MAGICLINKS = 0x02;
    private static final int RESOLVE_BENEATH = 0x08;
    private static final int RESOLVE_IN_ROOT = 0x10;
    private static final int NONE = -1;
    private static final int HOW = 24;
    private static final int STAT = 144;

    private static final byte[] TOO_LONG = "(too-long)".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SELF_FD = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] THREAD_FD = "/proc/thread-self/fd/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DEV_FD = "/dev/fd/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SELF = "/proc/self/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] THREAD_SELF = "/proc/thread-self/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[][] STREAMS = {
        "/dev/stdin".getBytes(StandardCharsets.US_ASCII),
        "/dev/stdout".getBytes(StandardCharsets.US_ASCII),
        "/dev/stderr".getBytes(StandardCharsets.US_ASCII)
    };

    private final KernelCalls calls;
    private final MemorySegment name;
    private final MemorySegment proc;
    private final MemorySegment text;
    private final MemorySegment how;
    private final MemorySegment stat;
    private final byte[] bytes = new byte[ROOM];
    private int length;
    private int thread;
    private int root = NONE;
    private boolean cut;

    Places(KernelCalls calls) {
        this.calls = calls;
        name = calls.arena().allocate(ROOM);
        proc = calls.arena().allocate(64);
        text = calls.arena().allocate(ROOM);
        how = calls.arena().allocate(HOW, 8);
        stat = calls.arena().allocate(STAT, 8);
    }

    /** What follows is about that thread. */
    void look(int atThread) {
        closeRoot();
        thread = atThread;
        cut = false;
    }

    /** Its root directory; opened when a name needs it, for a thread may have another root or other mounts than the rest. */
    private int root() {
        if (root < 0) {
            root = openProc("/root", O_PATH | O_DIRECTORY);
        }
        return root;
    }

    /** The path that was found, from 0 on. */
    byte[] bytes() {
        return bytes;
    }

    /** Whether a path was longer than the kernel tells, and begins with {@code (too-long)} for that. */
    boolean cut() {
        return cut;
    }

    /** Its length; 0 when what was found has no name in any directory. */
    int length() {
        return length;
    }

    /** What an open descriptor of the thread is. */
    Found descriptor(int number) {
        int fd = openProc("/fd/" + number, O_PATH);
        return fd < 0 ? unknown() : take(fd);
    }

    /** The working directory. */
    Found workingDirectory() {
        int fd = openProc("/cwd", O_PATH | O_DIRECTORY);
        return fd < 0 ? unknown() : take(fd);
    }

    /**
     * What opening leads to.
     *
     * @param directory descriptor that a relative name starts from, or AT_FDCWD
     * @param follow whether a symbolic link in the last component is followed
     * @param creates whether opening would make what is not there
     */
    Found open(int directory, byte[] given, int size, boolean follow, boolean creates) {
        int fd = special(given, size);
        if (fd == 0) {
            return named(given, size);
        }
        if (fd < 0) {
            fd = openAny(directory, given, size, follow ? O_PATH : O_PATH | O_NOFOLLOW);
        }
        if (fd >= 0) {
            return take(fd);
        }
        if (fd == -Errno.ENOENT) {
            return creates ? create(directory, given, size, follow) : dangling(directory, given, size);
        }
        return fd == -Errno.ENOTDIR ? Found.NOWHERE : unresolved(directory, given, size);
    }

    /** A link that ends in nothing for us may be one into /proc/self, which is another place for the thread. */
    private Found dangling(int directory, byte[] given, int size) {
        int fd = openAny(directory, given, size, O_PATH | O_NOFOLLOW);
        return fd < 0 ? Found.NOWHERE : take(fd);
    }

    private Found create(int directory, byte[] given, int size, boolean follow) {
        byte[] now = given;
        int nowSize = size;
        int from = directory;
        for (int links = 0; links < MOST_LINKS; links++) {
            Found found = entry(from, now, nowSize);
            if (found != Found.THERE || !follow) {
                return found;
            }
            // A link to what is not there: that is what will be made.
            byte[] link = Arrays.copyOf(bytes, length);
            put(name, link, link.length);
            int got = (int) calls.raw(SysNr.READLINKAT, AT_FDCWD, linkInRoot(link), text.address(), ROOM);
            if (got <= 0) {
                return Found.UNKNOWN;
            }
            byte[] target = new byte[got];
            MemorySegment.copy(text, ValueLayout.JAVA_BYTE, 0, target, 0, got);
            if (target[0] != '/') {
                int slash = link.length;
                while (slash > 0 && link[slash - 1] != '/') {
                    slash--;
                }
                byte[] joined = Arrays.copyOf(link, slash + got);
                System.arraycopy(target, 0, joined, slash, got);
                target = joined;
            }
            now = target;
            nowSize = target.length;
            from = AT_FDCWD;
        }
        return Found.UNKNOWN;
    }

    private long linkInRoot(byte[] link) {
        // The root's descriptor is a way that no other process can change: /proc/self/fd/N/path
        byte[] prefix = ("/proc/self/fd/" + root()).getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(prefix, 0, text, ValueLayout.JAVA_BYTE, 0, prefix.length);
        MemorySegment.copy(link, 0, text, ValueLayout.JAVA_BYTE, prefix.length, link.length);
        text.set(ValueLayout.JAVA_BYTE, prefix.length + (long) link.length, (byte) 0);
        MemorySegment.copy(text, 0, name, 0, prefix.length + link.length + 1L);
        return name.address();
    }

    /**
     * What a directory's entry is, which is made or removed as such: links in the last component are not followed.
     */
    Found entry(int directory, byte[] given, int size) {
        int end = size;
        while (end > 1 && given[end - 1] == '/') {
            end--;
        }
        int slash = end;
        while (slash > 0 && given[slash - 1] != '/') {
            slash--;
        }
        if (end == 0 || slash == end || dots(given, slash, end)) {
            return open(directory, given, size, true, false);
        }
        int fd;
        if (slash == 0) {
            fd = openDirectory(directory, O_PATH | O_DIRECTORY);
        } else {
            fd = special(given, slash);
            fd = fd > 0 ? fd : openAny(directory, given, slash, O_PATH | O_DIRECTORY);
        }
        if (fd < 0) {
            return fd == -Errno.ENOENT || fd == -Errno.ENOTDIR ? Found.NOWHERE : unresolved(directory, given, size);
        }
        boolean named = pathOf(fd);
        MemorySegment.copy(given, slash, name, ValueLayout.JAVA_BYTE, 0, end - slash);
        name.set(ValueLayout.JAVA_BYTE, (long) end - slash, (byte) 0);
        long there = calls.raw(SysNr.FACCESSAT2, fd, name.address(), 0, AT_SYMLINK_NOFOLLOW);
        close(fd);
        if (!named) {
            return Found.UNKNOWN;
        }
        if (length + end - slash + 1 > ROOM) {
            return Found.UNKNOWN;
        }
        if (length > 1) {
            bytes[length++] = '/';
        }
        System.arraycopy(given, slash, bytes, length, end - slash);
        length += end - slash;
        return there == 0 ? Found.THERE : there == -Errno.ENOENT ? Found.ABSENT : Found.UNKNOWN;
    }

    private static boolean dots(byte[] given, int from, int end) {
        return given[from] == '.' && (end - from == 1 || end - from == 2 && given[from + 1] == '.');
    }

    /** The st_mode of what {@link #open} would find; negative when it cannot be told. */
    int mode(int directory, byte[] given, int size) {
        int fd = special(given, size);
        if (fd <= 0) {
            fd = openAny(directory, given, size, O_PATH);
        }
        if (fd < 0) {
            return fd;
        }
        name.set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
        long result = calls.raw(SysNr.NEWFSTATAT, fd, name.address(), stat.address(), AT_EMPTY_PATH);
        close(fd);
        return result < 0 ? (int) result : stat.get(ValueLayout.JAVA_INT, 24);
    }

    /**
     * Opens what a name below /proc/self means to the thread: for us it would be our own.
     *
     * @return a descriptor; 0 for a name that has to stay as it is; a negated error number when the name is no such name
     */
    private int special(byte[] given, int size) {
        for (int i = 0; i < STREAMS.length; i++) {
            if (same(given, size, STREAMS[i])) {
                return openProc("/fd/" + i, O_PATH);
            }
        }
        int prefix = starts(given, size, SELF_FD)
                ? SELF_FD.length
                : starts(given, size, THREAD_FD) ? THREAD_FD.length : starts(given, size, DEV_FD) ? DEV_FD.length : 0;
        if (prefix > 0) {
            int number = 0;
            int at = prefix;
            while (at < size && given[at] >= '0' && given[at] <= '9' && number < 1 << 24) {
                number = 10 * number + given[at++] - '0';
            }
            if (at == prefix) {
                return 0;
            }
            while (at < size && given[at] == '/') {
                at++;
            }
            if (at == size) {
                return openProc("/fd/" + number, O_PATH);
            }
            return openAny(number, Arrays.copyOfRange(given, at, size), size - at, O_PATH);
        }
        int self = starts(given, size, SELF) ? SELF.length : starts(given, size, THREAD_SELF) ? THREAD_SELF.length : 0;
        if (self == 0) {
            return -Errno.ENOENT;
        }
        if (size == self + 3 && given[self] == 'e' && given[self + 1] == 'x' && given[self + 2] == 'e') {
            return openProc("/exe", O_PATH);
        }
        return 0;
    }

    private static boolean starts(byte[] given, int size, byte[] prefix) {
        return size >= prefix.length && Arrays.equals(given, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static boolean same(byte[] given, int size, byte[] whole) {
        return size == whole.length && starts(given, size, whole);
    }

    /** Opens a name as the thread would; a descriptor, or a negated error number. */
    private int openAny(int directory, byte[] given, int size, int flags) {
        if (size == 0) {
            return openDirectory(directory, flags & ~O_DIRECTORY);
        }
        put(name, given, size);
        if (given[0] == '/') {
            return root() < 0 ? root : open2(root, flags, RESOLVE_IN_ROOT);
        }
        int from = openDirectory(directory, O_PATH | O_DIRECTORY);
        if (from < 0) {
            return from;
        }
        int fd = open2(from, flags, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
        if (fd == -Errno.EXDEV && root() >= 0 && pathOf(from) && length + size + 1 < ROOM) {
            // It leads out of the directory, by `..` or by an absolute link: from the root, then.
            byte[] absolute = Arrays.copyOf(bytes, length + size + 1);
            absolute[length] = '/';
            System.arraycopy(given, 0, absolute, length + 1, size);
            int skip = belowRoot(absolute);
            byte[] inRoot = skip == 0 ? absolute : Arrays.copyOfRange(absolute, skip, absolute.length);
            put(name, inRoot, inRoot.length);
            fd = open2(root, flags, RESOLVE_IN_ROOT);
        }
        close(from);
        return fd;
    }

    /** How much of an absolute path is that of the thread's root. */
    private int belowRoot(byte[] absolute) {
        if (!pathOf(root) || length <= 1) {
            return 0;
        }
        boolean below = absolute.length > length
                && absolute[length] == '/'
                && Arrays.equals(absolute, 0, length, bytes, 0, length);
        return below ? length : 0;
    }

    private int openDirectory(int directory, int flags) {
        return directory == AT_FDCWD ? openProc("/cwd", flags) : openProc("/fd/" + directory, flags);
    }

    private int openProc(String entry, int flags) {
        byte[] path = ("/proc/" + thread + entry + "\0").getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(path, 0, proc, ValueLayout.JAVA_BYTE, 0, path.length);
        return (int) calls.raw(SysNr.OPENAT, AT_FDCWD, proc.address(), flags | O_CLOEXEC);
    }

    private int open2(int directory, int flags, int resolve) {
        how.set(ValueLayout.JAVA_LONG, 0, flags | O_CLOEXEC);
        how.set(ValueLayout.JAVA_LONG, 8, 0);
        how.set(ValueLayout.JAVA_LONG, 16, resolve);
        return (int) calls.raw(SysNr.OPENAT2, directory, name.address(), how.address(), HOW);
    }

    private Found take(int fd) {
        boolean named = pathOf(fd);
        close(fd);
        return named ? Found.THERE : Found.UNKNOWN;
    }

    /** Asks for the path of a descriptor of ours; false when it has none. */
    private boolean pathOf(int fd) {
        byte[] path = ("/proc/self/fd/" + fd + "\0").getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(path, 0, proc, ValueLayout.JAVA_BYTE, 0, path.length);
        length = (int) calls.raw(SysNr.READLINKAT, AT_FDCWD, proc.address(), text.address(), ROOM);
        if (length == -Errno.ENAMETOOLONG) {
            cut = true;
            length = TOO_LONG.length;
            System.arraycopy(TOO_LONG, 0, bytes, 0, length);
            return true;
        }
        if (length <= 0) {
            length = 0;
            return false;
        }
        MemorySegment.copy(text, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
        if (bytes[0] != '/') {
            length = 0;
            return false;
        }
        return true;
    }

    private Found unknown() {
        length = 0;
        return Found.UNKNOWN;
    }

    /** The name as it was given. */
    private Found named(byte[] given, int size) {
        System.arraycopy(given, 0, bytes, 0, size);
        length = size;
        return Found.THERE;
    }

    /** The name as it was given, made absolute. */
    private Found unresolved(int directory, byte[] given, int size) {
        length = 0;
        if (size > 0 && given[0] != '/') {
            int from = openDirectory(directory, O_PATH | O_DIRECTORY);
            if (from < 0 || take(from) != Found.THERE || length + size + 1 > ROOM) {
                return unknown();
            }
            bytes[length++] = '/';
        }
        System.arraycopy(given, 0, bytes, length, size);
        length += size;
        return Found.UNKNOWN;
    }

    private void put(MemorySegment into, byte[] given, int size) {
        MemorySegment.copy(given, 0, into, ValueLayout.JAVA_BYTE, 0, size);
        into.set(ValueLayout.JAVA_BYTE, size, (byte) 0);
    }

    private void close(int fd) {
        long _ = calls.raw(SysNr.CLOSE, fd, 0, 0);
    }

    private void closeRoot() {
        if (root >= 0) {
            close(root);
        }
        root = NONE;
    }

    /** Closes what is open. */
    void close() {
        closeRoot();
    }
}
