package dev.gleisner.adapters.linux.spawn;

import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Makes descriptors whose far ends can be given to init. */
public final class Descriptors {
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_CLOEXEC = 02000000;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    /** Descriptors below are targets in the new process: a source must not be overwritten before it is copied. */
    private static final int FIRST_FREE = 16;

    private Descriptors() {}

    /** Both ends of a pipe; {@code write} can be given away. */
    public record Pipe(Fd read, Fd write) {}

    /** Both ends of a socket; {@code theirs} can be given away. */
    record Pair(Fd ours, Fd theirs) {}

    /** A new pipe, closed on exec. */
    public static Pipe pipe() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
            long _ = Kernel.call("pipe2", SysNr.PIPE2, pair.address(), O_CLOEXEC, 0);
            return withSecondAbove(pair);
        }
    }

    /** A new stream socket, closed on exec. */
    static Pair socketPair() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(ValueLayout.JAVA_INT, 2);
            long _ = Kernel.call("socketpair", SysNr.SOCKETPAIR, AF_UNIX, SOCK_STREAM_CLOEXEC, 0, pair.address(), 0, 0);
            Pipe both = withSecondAbove(pair);
            return new Pair(both.read(), both.write());
        }
    }

    private static Pipe withSecondAbove(MemorySegment pair) throws SyscallException {
        Fd first = new Fd(pair.getAtIndex(ValueLayout.JAVA_INT, 0));
        try {
            return new Pipe(first, aboveTargets(pair.getAtIndex(ValueLayout.JAVA_INT, 1)));
        } catch (SyscallException | RuntimeException e) {
            first.close();
            throw e;
        }
    }

    /** The same file under a number that no target has. */
    static Fd aboveTargets(int number) throws SyscallException {
        Fd fd = new Fd(number);
        if (number >= FIRST_FREE) {
            return fd;
        }
        try (fd) {
            return new Fd((int) Kernel.call("fcntl F_DUPFD_CLOEXEC", SysNr.FCNTL, number, F_DUPFD_CLOEXEC, FIRST_FREE));
        }
    }

    /**
     * Receives the one descriptor that was sent through a socket with SCM_RIGHTS.
     *
     * @throws SyscallException when there is none
     * @spec https://man7.org/linux/man-pages/man7/unix.7.html unix(7)
     */
    public static Fd receive(Fd socket) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(16, 8);
            vector.set(ValueLayout.JAVA_LONG, 0, arena.allocate(1).address());
            vector.set(ValueLayout.JAVA_LONG, 8, 1);
            MemorySegment rights = arena.allocate(24, 8);
            MemorySegment message = arena.allocate(56, 8);
            message.set(ValueLayout.JAVA_LONG, 16, vector.address());
            message.set(ValueLayout.JAVA_LONG, 24, 1);
            message.set(ValueLayout.JAVA_LONG, 32, rights.address());
            message.set(ValueLayout.JAVA_LONG, 40, 24);
            long got = Kernel.call("recvmsg", SysNr.RECVMSG, socket.number(), message.address(), MSG_CMSG_CLOEXEC);
            // struct cmsghdr: length 20, SOL_SOCKET, SCM_RIGHTS
            if (got != 1
                    || rights.get(ValueLayout.JAVA_LONG, 0) != 20
                    || rights.get(ValueLayout.JAVA_INT, 8) != 1
                    || rights.get(ValueLayout.JAVA_INT, 12) != 1) {
                throw new SyscallException("receive a descriptor from the sandbox", 71); // EPROTO
            }
            return new Fd(rights.get(ValueLayout.JAVA_INT, 16));
        }
    }
}
