package dev.gleisner.adapters.linux.terminal;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Facts about descriptors that may be terminals.
 *
 * @spec https://man7.org/linux/man-pages/man2/TCGETS.2const.html TCGETS(2const)
 * @spec https://man7.org/linux/man-pages/man2/TIOCGWINSZ.2const.html TIOCGWINSZ(2const)
 */
public final class Terminal {
    static final long TCGETS = 0x5401;
    static final long TCSETSW = 0x5403;
    static final long TCSETSF = 0x5404;
    static final long TIOCGWINSZ = 0x5413;
    static final long TIOCSWINSZ = 0x5414;

    /** {@code sizeof(struct termios)} of the kernel, which is not that of the C library. */
    static final int TERMIOS_SIZE = 36;

    private Terminal() {}

    /** Whether that descriptor is a terminal. */
    public static boolean isTerminal(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            return Kernel.raw(
                            SysNr.IOCTL,
                            fd,
                            TCGETS,
                            arena.allocate(TERMIOS_SIZE).address())
                    == 0;
        }
    }

    /** A terminal among descriptors 0, 1 and 2 that can be talked to; the first one. */
    public static Optional<Integer> standard() {
        for (int fd = 0; fd <= 2; fd++) {
            if (isTerminal(fd)) {
                return Optional.of(fd);
            }
        }
        return Optional.empty();
    }

    /** The size of that terminal's window; empty when it is no terminal. */
    public static Optional<WindowSize> size(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(8, 2);
            if (Kernel.raw(SysNr.IOCTL, fd, TIOCGWINSZ, size.address()) != 0) {
                return Optional.empty();
            }
            return Optional.of(new WindowSize(at(size, 0), at(size, 2), at(size, 4), at(size, 6)));
        }
    }

    private static int at(MemorySegment size, long offset) {
        return Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, offset));
    }

    /**
     * Sets the size of that terminal's window; the kernel sends SIGWINCH to its foreground processes.
     *
     * @throws SyscallException when it is no terminal
     */
    public static void setSize(int fd, WindowSize wanted) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(8, 2);
            size.set(ValueLayout.JAVA_SHORT, 0, (short) wanted.rows());
            size.set(ValueLayout.JAVA_SHORT, 2, (short) wanted.columns());
            size.set(ValueLayout.JAVA_SHORT, 4, (short) wanted.widthPixels());
            size.set(ValueLayout.JAVA_SHORT, 6, (short) wanted.heightPixels());
            Kernel.call("set the window size", SysNr.IOCTL, fd, TIOCSWINSZ, size.address());
        }
    }
}
