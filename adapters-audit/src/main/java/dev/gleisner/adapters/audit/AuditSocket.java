package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A socket to the kernel's audit subsystem. It only asks and listens; switching audit on would change the whole
 * machine.
 *
 * @spec https://man7.org/linux/man-pages/man7/netlink.7.html netlink(7)
 */
final class AuditSocket implements AutoCloseable {
    /** Room for the longest message. */
    static final int ROOM = 16 * 1024;

    /** {@code struct nlmsghdr}: len (4), type (2), flags (2), seq (4), pid (4). */
    static final int HEADER = 16;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCK_FLAGS = Fs.O_CLOEXEC | Fs.O_NONBLOCK;
    private static final int NETLINK_AUDIT = 9;
    private static final int GROUP_READLOG = 1;
    private static final int SOCKADDR_NL = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MEMINFO = 55;
    private static final int MEMINFO_DROPS = 8 * 4;
    private static final int MEMINFO_SIZE = 9 * 4;

    /** How much may wait to be read, in bytes; the kernel doubles it. A denial takes about 1 KiB of it. */
    private static final int RECEIVE_BUFFER = 32 << 20;

    private static final int NLMSG_ERROR = 2;
    private static final int AUDIT_GET = 1000;
    private static final int NLM_F_REQUEST_ACK = 5;
    private static final int STATUS_ENABLED = 4;
    private static final int STATUS_LOST = 24;
    private static final int STATUS_BACKLOG = 28;
    private static final int STATUS_SIZE = 32;
    private static final int POLLIN = 1;
    private static final int ANSWER_MILLIS = 2000;

    private final int descriptor;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment room = arena.allocate(ROOM, 8);
    private final MemorySegment sender = arena.allocate(16, 8);
    private final MemorySegment senderLength = arena.allocate(8, 8);
    private final byte[] senderBytes = new byte[SOCKADDR_NL];

    /**
     * What the audit subsystem says of itself.
     *
     * @param enabled whether it logs at all
     * @param lost how many records it could not keep since the machine was booted; wraps at 2^32
     * @param backlog how many records wait to be sent
     */
    record Status(boolean enabled, long lost, long backlog) {}

    private AuditSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** A socket that asks. */
    static AuditSocket asking() throws SyscallException {
        return open(0);
    }

    /** A socket that hears every record of the machine from now on. */
    static AuditSocket listening() throws SyscallException {
        AuditSocket socket = open(GROUP_READLOG);
        try (Arena local = Arena.ofConfined()) {
            MemorySegment size = local.allocate(4, 4);
            byte[] bytes = new byte[4];
            Waiter.putInt32(bytes, 0, RECEIVE_BUFFER);
            MemorySegment.copy(bytes, 0, size, ValueLayout.JAVA_BYTE, 0, bytes.length);
            long _ = Kernel.call(
                    "setsockopt(SO_RCVBUFFORCE)",
                    SysNr.SETSOCKOPT,
                    socket.descriptor,
                    SOL_SOCKET,
                    SO_RCVBUFFORCE,
                    size.address(),
                    4,
                    0);
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    private static AuditSocket open(int groups) throws SyscallException {
        int descriptor = (int)
                Kernel.call("socket(NETLINK_AUDIT)", SysNr.SOCKET, AF_NETLINK, SOCK_RAW | SOCK_FLAGS, NETLINK_AUDIT);
        AuditSocket socket = new AuditSocket(descriptor);
        try (Arena local = Arena.ofConfined()) {
            // struct sockaddr_nl: family (2), pad (2), pid (4), groups (4)
            byte[] address = new byte[SOCKADDR_NL];
            address[0] = AF_NETLINK;
            Waiter.putInt32(address, 8, groups);
            MemorySegment segment = local.allocate(SOCKADDR_NL, 4);
            MemorySegment.copy(address, 0, segment, ValueLayout.JAVA_BYTE, 0, address.length);
            long _ = Kernel.call(
                    groups == 0 ? "bind an audit socket" : "listen to the audit log (group READLOG)",
                    SysNr.BIND,
                    descriptor,
                    segment.address(),
                    SOCKADDR_NL);
            return socket;
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
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
                throw new IllegalStateException("recvfrom(2) of an audit socket: " + Errno.describe(-got));
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
            MemorySegment length = local.allocate(8, 8);
            byte[] size = new byte[4];
            size[0] = MEMINFO_SIZE;
            MemorySegment.copy(size, 0, length, ValueLayout.JAVA_BYTE, 0, size.length);
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

    /** Asks the audit subsystem how it is; needs CAP_AUDIT_CONTROL in the first user and process namespaces. */
    Status status() throws SyscallException {
        request();
        byte[] message = new byte[ROOM];
        try (Arena local = Arena.ofConfined()) {
            MemorySegment polled = local.allocate(8, 4);
            byte[] request = new byte[8];
            Waiter.putInt32(request, 0, descriptor);
            request[4] = POLLIN;
            while (true) {
                MemorySegment.copy(request, 0, polled, ValueLayout.JAVA_BYTE, 0, request.length);
                if (Kernel.call("poll", SysNr.POLL, polled.address(), 1, ANSWER_MILLIS) == 0) {
                    throw new SyscallException("AUDIT_GET without an answer", Errno.EIO);
                }
                int length = receive(message);
                if (length >= HEADER + 4 && type(message) == NLMSG_ERROR && Fs.int32(message, HEADER) != 0) {
                    throw new SyscallException("AUDIT_GET", -Fs.int32(message, HEADER));
                }
                if (length >= HEADER + STATUS_SIZE && type(message) == AUDIT_GET) {
                    return new Status(
                            Fs.int32(message, HEADER + STATUS_ENABLED) != 0,
                            Fs.int32(message, HEADER + STATUS_LOST) & 0xffff_ffffL,
                            Fs.int32(message, HEADER + STATUS_BACKLOG) & 0xffff_ffffL);
                }
            }
        }
    }

    private void request() throws SyscallException {
        byte[] request = new byte[HEADER];
        request[0] = HEADER;
        request[4] = (byte) AUDIT_GET;
        request[5] = (byte) (AUDIT_GET >> 8);
        request[6] = NLM_F_REQUEST_ACK;
        try (Arena local = Arena.ofConfined()) {
            MemorySegment segment = local.allocate(HEADER, 8);
            MemorySegment.copy(request, 0, segment, ValueLayout.JAVA_BYTE, 0, request.length);
            long _ = Kernel.call("AUDIT_GET", SysNr.SENDTO, descriptor, segment.address(), HEADER, 0, 0, 0);
        }
    }

    @Override
    public void close() {
        Fs.close(descriptor);
        arena.close();
    }
}
