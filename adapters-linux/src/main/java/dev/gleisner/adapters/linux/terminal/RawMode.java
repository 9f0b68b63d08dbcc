package dev.gleisner.adapters.linux.terminal;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A terminal in raw mode: every key is a byte, nothing is echoed, no key is a signal. {@link #close()} puts it back,
 * and so does the end of the JVM (by exit, Ctrl-C or SIGTERM); {@code kill -9} of the JVM and {@link Runtime#halt}
 * cannot, {@code stty sane} or {@code reset} then helps. Putting it back discards input that was not read, such as a
 * late answer of the terminal to a question of the command, so that it does not reach the shell.
 *
 * @spec https://man7.org/linux/man-pages/man3/termios.3.html termios(3)
 */
public final class RawMode implements AutoCloseable {
    private static final int IFLAG_OFF = 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400;
    private static final int OPOST = 0x1;
    private static final int CSIZE_PARENB = 0x30 | 0x100;
    private static final int CS8 = 0x30;
    private static final int LFLAG_OFF = 0x1 | 0x2 | 0x8 | 0x40 | 0x8000; // ISIG ICANON ECHO ECHONL IEXTEN
    private static final int CC = 17;
    private static final int VTIME = 5;
    private static final int VMIN = 6;

    private final int fd;
    private final byte[] before;
    private final Thread atExit;
    private final AtomicBoolean restored = new AtomicBoolean();

    private RawMode(int fd, byte[] before) {
        this.fd = fd;
        this.before = before;
        this.atExit = new Thread(this::restore, "gleisner-terminal-restore");
    }

    /**
     * Puts that terminal in raw mode. What was typed before stays.
     *
     * @throws SyscallException when it is no terminal (ENOTTY) or hung up (EIO)
     */
    public static RawMode enter(int fd) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment termios = arena.allocate(Terminal.TERMIOS_SIZE, 4);
            Kernel.call("read the terminal's mode", SysNr.IOCTL, fd, Terminal.TCGETS, termios.address());
            RawMode mode = new RawMode(fd, termios.toArray(ValueLayout.JAVA_BYTE));
            Runtime.getRuntime().addShutdownHook(mode.atExit);
            clear(termios, 0, IFLAG_OFF);
            clear(termios, 4, OPOST);
            clear(termios, 8, CSIZE_PARENB);
            termios.set(ValueLayout.JAVA_INT, 8, termios.get(ValueLayout.JAVA_INT, 8) | CS8);
            clear(termios, 12, LFLAG_OFF);
            termios.set(ValueLayout.JAVA_BYTE, CC + VTIME, (byte) 0);
            termios.set(ValueLayout.JAVA_BYTE, CC + VMIN, (byte) 1);
            try {
                Kernel.call("put the terminal in raw mode", SysNr.IOCTL, fd, Terminal.TCSETSW, termios.address());
            } catch (SyscallException e) {
                mode.close();
                throw e;
            }
            return mode;
        }
    }

    private static void clear(MemorySegment termios, long offset, int bits) {
        termios.set(ValueLayout.JAVA_INT, offset, termios.get(ValueLayout.JAVA_INT, offset) & ~bits);
    }

    private void restore() {
        if (restored.compareAndSet(false, true)) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment termios = arena.allocate(Terminal.TERMIOS_SIZE, 4);
                MemorySegment.copy(before, 0, termios, ValueLayout.JAVA_BYTE, 0, before.length);
                while (Kernel.raw(SysNr.IOCTL, fd, Terminal.TCSETSF, termios.address()) == -Fds.EINTR) {
                    // again: a terminal left raw is unusable
                }
            }
        }
    }

    /** Puts the terminal back; a second time does nothing. */
    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // the JVM is ending: the hook finds nothing left to do
        }
    }
}
