package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;

/**
 * Hears of every fork on the machine, from the kernel's process connector. A process may be gone before anybody can
 * look whose child it was; what is heard here says it all the same.
 *
 * @spec https://docs.kernel.org/driver-api/connector.html Kernel Connector
 */
final class Forks implements AutoCloseable {

    /** Takes forks in the order in which they happened. */
    @FunctionalInterface
    interface Listener {
        /** A process came to be; both as the host numbers them. */
        void forked(long parent, long child);
    }

    private static final int NETLINK_CONNECTOR = 11;
    private static final int CN_IDX_PROC = 1;
    private static final int CN_VAL_PROC = 1;
    private static final int RECEIVE_BUFFER = 8 << 20;
    private static final int NLMSG_DONE = 3;

    // struct cn_msg: idx (4), val (4), seq (4), ack (4), len (2), flags (2); then what is sent
    private static final int LENGTH = NetlinkSocket.HEADER + 16;
    private static final int BODY = NetlinkSocket.HEADER + 20;
    private static final int LISTEN = 1;

    // struct proc_event: what (4), cpu (4), timestamp (8); for a fork parent pid, parent tgid, child pid, child tgid
    private static final int FORK = 1;
    private static final int PARENT_TGID = BODY + 20;
    private static final int CHILD_PID = BODY + 24;
    private static final int CHILD_TGID = BODY + 28;
    private static final int FORK_END = BODY + 32;

    private final NetlinkSocket socket;
    private final byte[] message = new byte[NetlinkSocket.ROOM];
    private boolean complete = true;

    private Forks(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Hears from now on; needs CAP_NET_ADMIN in the first user and process namespaces, and CONFIG_PROC_EVENTS. */
    static Forks listen() throws SyscallException {
        NetlinkSocket socket = NetlinkSocket.open(NETLINK_CONNECTOR, CN_IDX_PROC, RECEIVE_BUFFER);
        try {
            byte[] request = new byte[BODY + 4];
            request[0] = (byte) request.length;
            request[4] = NLMSG_DONE;
            request[NetlinkSocket.HEADER] = CN_IDX_PROC;
            request[NetlinkSocket.HEADER + 4] = CN_VAL_PROC;
            request[LENGTH] = 4;
            request[BODY] = LISTEN;
            socket.send(request);
            return new Forks(socket);
        } catch (SyscallException e) {
            socket.close();
            throw e;
        }
    }

    /** Hands on all forks that happened before this was called. */
    void drain(Listener listener) {
        while (true) {
            int length = socket.receive(message);
            if (length == 0) {
                return;
            }
            complete &= length != -Errno.ENOBUFS;
            if (length < FORK_END || Fs.int32(message, BODY) != FORK) {
                continue;
            }
            int child = Fs.int32(message, CHILD_TGID);
            if (Fs.int32(message, CHILD_PID) == child) { // otherwise it is a thread
                listener.forked(Fs.int32(message, PARENT_TGID), child);
            }
        }
    }

    /** Whether every fork up to the last {@link #drain} was handed on. */
    boolean complete() {
        return complete;
    }

    /** How many messages were dropped because nobody took them in time. */
    long drops() throws SyscallException {
        return socket.drops();
    }

    @Override
    public void close() {
        socket.close();
    }
}
