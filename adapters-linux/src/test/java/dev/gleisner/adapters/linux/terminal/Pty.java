package dev.gleisner.adapters.linux.terminal;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A pseudo-terminal and other descriptors for tests. */
final class Pty implements AutoCloseable {
    private static final long O_RDWR_NOCTTY_CLOEXEC = 2 | 0x100 | 0x80000;
    private static final long TIOCSPTLCK = 0x40045431L;
    private static final long TIOCGPTPEER = 0x5441;
    private static final long TIOCGPTN = 0x80045430L;

    final int master;
    final int slave;
    final String path;
    private boolean masterOpen = true;
    private boolean slaveOpen = true;

    Pty() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            master = (int) Kernel.call(
                    "open /dev/ptmx",
                    SysNr.OPENAT,
                    -100,
                    Kernel.cString(arena, "/dev/ptmx").address(),
                    O_RDWR_NOCTTY_CLOEXEC);
            MemorySegment number = arena.allocate(4, 4);
            Kernel.call("unlock", SysNr.IOCTL, master, TIOCSPTLCK, number.address());
            slave = (int) Kernel.call("peer", SysNr.IOCTL, master, TIOCGPTPEER, O_RDWR_NOCTTY_CLOEXEC);
            Kernel.call("number", SysNr.IOCTL, master, TIOCGPTN, number.address());
            path = "/dev/pts/" + number.get(ValueLayout.JAVA_INT, 0);
        }
    }

    byte[] termios() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(Terminal.TERMIOS_SIZE, 4);
            Kernel.call("termios", SysNr.IOCTL, slave, Terminal.TCGETS, bytes.address());
            return bytes.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    void closeSlave() {
        if (slaveOpen) {
            slaveOpen = false;
            Fds.close(slave);
        }
    }

    /** Somebody else closes the master. */
    int giveMaster() {
        masterOpen = false;
        return master;
    }

    @Override
    public void close() {
        closeSlave();
        if (masterOpen) {
            Fds.close(master);
        }
    }

    static int[] pipe(long flags) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(8, 4);
            Kernel.call("pipe2", SysNr.PIPE2, ends.address(), 0x80000 | flags, 0);
            return new int[] {ends.get(ValueLayout.JAVA_INT, 0), ends.get(ValueLayout.JAVA_INT, 4)};
        }
    }

    static int open(String path, long flags) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            return (int) Kernel.call(
                    "open " + path,
                    SysNr.OPENAT,
                    -100,
                    Kernel.cString(arena, path).address(),
                    flags | 0x80000,
                    0600,
                    0,
                    0);
        }
    }

    /** Writes all, blocking; the answer is 0 or a negated error number. */
    static long write(int fd, byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            long done = 0;
            while (done < bytes.length) {
                long result = Fds.write(fd, segment, done, bytes.length);
                if (result < 0) {
                    return result;
                }
                done += result;
            }
            return 0;
        }
    }

    /** What can be read within that time, until {@code enough} bytes are there or the other side is closed. */
    static byte[] read(int fd, int enough, int timeoutMillis) throws SyscallException {
        try (Fds fds = new Fds()) {
            MemorySegment buffer = fds.allocate(65536);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            long end = System.nanoTime() + timeoutMillis * 1_000_000L;
            while (bytes.size() < enough) {
                long left = (end - System.nanoTime()) / 1_000_000;
                fds.clear();
                int place = fds.add(fd, Fds.POLLIN);
                if (left > 0) {
                    fds.await((int) left);
                }
                if (left <= 0 || fds.ready(place) == 0) {
                    break;
                }
                long length = Fds.read(fd, buffer);
                if (length == 0 || length == -Errno.EIO) {
                    break;
                }
                if (length > 0) {
                    bytes.writeBytes(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
                } else if (length != -Errno.EAGAIN) {
                    throw new SyscallException("read", (int) -length);
                }
            }
            return bytes.toByteArray();
        }
    }
}
