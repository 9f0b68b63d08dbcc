package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A netlink socket that takes messages of the kernel, and of nobody else. One thread at a time.
 *
 * @spec https://man7.org/linux/man-pages/man7/netlink.7.html netlink(7)
 */
final class NetlinkSocket implements AutoCloseable {
    /** Room for the longest message that is asked for. */
    static final int ROOM = 16 * 1024;

    /** {@code struct nlmsghdr}: len (4), type (2), flags (2), seq (4), pid (4). */
    static final int HEADER = 16;

    /** {@code NLMSG_ERROR}: the kernel's answer, an error number or 0. */
    static final int ERROR = 2;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_FLAGS = Fs.O_CLOEXEC | Fs.O_NONBLOCK;
    private static final int SOCKADDR_NL = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MEMINFO = 55;
    private static final int MEMINFO_DROPS = 8 * 4;
    private static final int MEMINFO_SIZE = 9 * 4;
    private static final int POLLIN = 1;

    private final int descriptor;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment room = arena.allocate(ROOM, 8);
    private final MemorySegment sender = arena.allocate(16, 8);
    private final MemorySegment senderLength = arena.allocate(8, 8);
    private final byte[] senderBytes = new byte[SOCKADDR_NL];

    private NetlinkSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * A socket.
     *
     * @param protocol such as {@code NETLINK_AUDIT}
     * @param groups mask of the groups whose messages it hears from now on
     * @param receiveBuffer how many bytes may wait to be read, beyond the usual limits (needs CAP_NET_ADMIN); the kernel
     *     doubles it; 0 leaves it as it is
     */
    static NetlinkSocket open(int protocol, int groups, int receiveBuffer) throws SyscallException {
        NetlinkSocket socket = new NetlinkSocket(
                (int) Kernel.call("netlink socket", SysNr.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_FLAGS, protocol));
        try (Arena local = Arena.ofConfined()) {
            if (receiveBuffer > 0) {
                long _ = Kernel.call(
                        "SO_RCVBUFFORCE",
                        SysNr.SETSOCKOPT,
                        socket.descriptor,
                        SOL_SOCKET,
                        SO_RCVBUFFORCE,
                        int32(local, receiveBuffer).address(),
                        4,
                        0);
            }
            // struct sockaddr_nl: family (2), pad (2), pid (4), groups (4)
            byte[] address = new byte[SOCKADDR_NL];
            address[0] = AF_NETLINK;
            Waiter.putInt32(address, 8, groups);
            MemorySegment segment = local.allocate(SOCKADDR_NL, 4);
            MemorySegment.copy(address, 0, segment, ValueLayout.JAVA_BYTE, 0, address.length);
            long _ = Kernel.call(
                    "listen to netlink group " + groups, SysNr.BIND, socket.descriptor, segment.address(), SOCKADDR_NL);
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    private static MemorySegment int32(Arena arena, int value) {
        byte[] bytes = new byte[4];
        Waiter.putInt32(bytes, 0, value);
        MemorySegment segment = arena.allocate(8, 8);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }

    int descriptor() {
        return descriptor;
    }

    /**
     * Takes one message that the kernel sent.
     *
     * @param into has {@link #ROOM}; the message begins with {@link #HEADER}
     * @return its length; 0 when there is none now, or one that is not the kernel's; {@code -ENOBUFS} when messages were
     *     dropped because nobody took them in time
     */
    int receive(byte[] into) {
        while (true) {
            byte[] length = new byte[4];
            length[0] = SOCKADDR_NL;
            MemorySegment.copy(length, 0, senderLength, ValueLayout.JAVA_BYTE, 0, length.length);
            int got = (int) Kernel.raw(
                    SysNr.RECVFROM, descriptor, room.address(), ROOM, 0, sender.address(), senderLength.address());
            if (got == -Errno.EINTR) {
                continue;
            }
            if (got == -Errno.EAGAIN) {
                return 0;
            }
            if (got == -Errno.ENOBUFS) {
                return got;
            }
            if (got < 0) {
                throw new IllegalStateException("recvfrom(2) of a netlink socket: " + Errno.describe(-got));
            }
            MemorySegment.copy(sender, ValueLayout.JAVA_BYTE, 0, senderBytes, 0, SOCKADDR_NL);
            if (got < HEADER || Fs.int32(senderBytes, 4) != 0) {
                continue; // from another program
            }
            MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, into, 0, got);
            return got;
        }
    }

    /** {@code nlmsg_type} of a message. */
    static int type(byte[] message) {
        return message[4] & 0xff | (message[5] & 0xff) << 8;
    }

    /** How many messages this socket had to drop since it was opened. */
    long drops() throws SyscallException {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment answer = local.allocate(64, 8);
            byte[] bytes = new byte[MEMINFO_SIZE];
            MemorySegment length = int32(local, MEMINFO_SIZE);
            long _ = Kernel.call(
                    "getsockopt(SO_MEMINFO)",
                    SysNr.GETSOCKOPT,
                    descriptor,
                    SOL_SOCKET,
                    SO_MEMINFO,
                    answer.address(),
                    length.address(),
                    0);
            MemorySegment.copy(answer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            return Fs.int32(bytes, MEMINFO_DROPS) & 0xffff_ffffL;
        }
    }

    /** Sends a message to the kernel. */
    void send(byte[] message) throws SyscallException {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment segment = local.allocate(message.length, 8);
            MemorySegment.copy(message, 0, segment, ValueLayout.JAVA_BYTE, 0, message.length);
            long _ = Kernel.call(
                    "send by netlink", SysNr.SENDTO, descriptor, segment.address(), message.length, 0, 0, 0);
        }
    }

    /** Waits until there is a message; false when there is none after that time. */
    boolean await(int timeoutMillis) throws SyscallException {
        try (Arena local = Arena.ofConfined()) {
            byte[] request = new byte[8]; // struct pollfd: fd (4), events (2), revents (2)
            Waiter.putInt32(request, 0, descriptor);
            request[4] = POLLIN;
            MemorySegment polled = local.allocate(8, 4);
            MemorySegment.copy(request, 0, polled, ValueLayout.JAVA_BYTE, 0, request.length);
            return Kernel.call("poll", SysNr.POLL, polled.address(), 1, timeoutMillis) > 0;
        }
    }

    @Override
    public void close() {
        Fs.close(descriptor);
        arena.close();
    }
}
