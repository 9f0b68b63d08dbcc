package dev.gleisner.adapters.linux.landlock;

/**
 * What Landlock can restrict on files and directories ({@code LANDLOCK_ACCESS_FS_*}).
 *
 * @spec https://docs.kernel.org/userspace-api/landlock.html#filesystem-flags Landlock: Filesystem flags
 */
public enum FsRight {
    /** Execute a file; ABI 1, Linux 5.13. */
    EXECUTE(0, 1, true),
    /** Open a file for writing; ABI 1, Linux 5.13. */
    WRITE_FILE(1, 1, true),
    /** Open a file for reading; ABI 1, Linux 5.13. */
    READ_FILE(2, 1, true),
    /** Open a directory or list it; ABI 1, Linux 5.13. */
    READ_DIR(3, 1, false),
    /** Remove or rename an empty directory; ABI 1, Linux 5.13. */
    REMOVE_DIR(4, 1, false),
    /** Unlink or rename a file; ABI 1, Linux 5.13. */
    REMOVE_FILE(5, 1, false),
    /** Make a character device; ABI 1, Linux 5.13. */
    MAKE_CHAR(6, 1, false),
    /** Make a directory; ABI 1, Linux 5.13. */
    MAKE_DIR(7, 1, false),
    /** Make a regular file; ABI 1, Linux 5.13. */
    MAKE_REG(8, 1, false),
    /** Make a unix socket; ABI 1, Linux 5.13. */
    MAKE_SOCK(9, 1, false),
    /** Make a named pipe; ABI 1, Linux 5.13. */
    MAKE_FIFO(10, 1, false),
    /** Make a block device; ABI 1, Linux 5.13. */
    MAKE_BLOCK(11, 1, false),
    /** Make a symbolic link; ABI 1, Linux 5.13. */
    MAKE_SYM(12, 1, false),
    /** Link or rename from one directory to another; ABI 2, Linux 5.19. Before, this is always refused (EXDEV). */
    REFER(13, 2, false),
    /** Truncate a file, also by {@code O_TRUNC}; ABI 3, Linux 6.2. Before, this is never refused. */
    TRUNCATE(14, 3, true),
    /** ioctl(2) on a character or block device; ABI 5, Linux 6.10. Before, this is never refused. */
    IOCTL_DEV(15, 5, true),
    /** Connect or send to a pathname unix socket made outside of the domain; ABI 9, Linux 7.1. */
    RESOLVE_UNIX(16, 9, true);

    private final long bit;
    private final int abi;
    private final boolean onFiles;

    FsRight(int position, int abi, boolean onFiles) {
        this.bit = 1L << position;
        this.abi = abi;
        this.onFiles = onFiles;
    }

    /** Its bit in {@code handled_access_fs} and {@code allowed_access}. */
    public long bit() {
        return bit;
    }

    /** The first ABI that knows it. */
    public int abi() {
        return abi;
    }

    /** Whether a rule for something that is no directory may grant it; the kernel answers EINVAL for the others. */
    public boolean onFiles() {
        return onFiles;
    }

    /** All that a kernel of that ABI knows. */
    static long known(int abi) {
        long mask = 0;
        for (FsRight right : values()) {
            if (right.abi <= abi) {
                mask |= right.bit;
            }
        }
        return mask;
    }

    /** All that a rule for a file may grant. */
    static long forFiles() {
        long mask = 0;
        for (FsRight right : values()) {
            if (right.onFiles) {
                mask |= right.bit;
            }
        }
        return mask;
    }

    static long of(FsRight... rights) {
        long mask = 0;
        for (FsRight right : rights) {
            mask |= right.bit;
        }
        return mask;
    }

    /** The mask in words, such as {@code EXECUTE|READ_FILE}; bits without a name in hexadecimal. */
    public static String names(long mask) {
        StringBuilder text = new StringBuilder();
        long rest = mask;
        for (FsRight right : values()) {
            if ((mask & right.bit) != 0) {
                text.append(text.isEmpty() ? "" : "|").append(right.name());
                rest &= ~right.bit;
            }
        }
        if (rest != 0 || text.isEmpty()) {
            text.append(text.isEmpty() ? "" : "|").append("0x").append(Long.toHexString(rest));
        }
        return text.toString();
    }
}
