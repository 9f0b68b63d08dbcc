package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;

/** What is asked of the kernel's audit subsystem. Nothing is changed there: it is the whole machine's. */
final class AuditSocket {
    private static final int NETLINK_AUDIT = 9;
    private static final int GROUP_READLOG = 1;

    /** A denial takes about 1 KiB of it. */
    private static final int RECEIVE_BUFFER = 32 << 20;

    private static final int AUDIT_GET = 1000;
    private static final int NLM_F_REQUEST_ACK = 5;
    private static final int STATUS_ENABLED = 4;
    private static final int STATUS_LOST = 24;
    private static final int STATUS_BACKLOG = 28;
    private static final int STATUS_SIZE = 32;
    private static final int ANSWER_MILLIS = 2000;

    private AuditSocket() {}

    /**
     * What the audit subsystem says of itself.
     *
     * @param enabled whether it logs at all
     * @param lost how many records it could not keep since the machine was booted; wraps at 2^32
     * @param backlog how many records wait to be sent
     */
    record Status(boolean enabled, long lost, long backlog) {}

    /** A socket that asks. */
    static NetlinkSocket asking() throws SyscallException {
        return NetlinkSocket.open(NETLINK_AUDIT, 0, 0);
    }

    /** A socket that hears every record of the machine from now on; needs CAP_AUDIT_READ and CAP_NET_ADMIN. */
    static NetlinkSocket listening() throws SyscallException {
        return NetlinkSocket.open(NETLINK_AUDIT, GROUP_READLOG, RECEIVE_BUFFER);
    }

    /** Asks the audit subsystem how it is; needs CAP_AUDIT_CONTROL in the first user and process namespaces. */
    static Status status(NetlinkSocket asking) throws SyscallException {
        byte[] request = new byte[NetlinkSocket.HEADER];
        request[0] = NetlinkSocket.HEADER;
        request[4] = (byte) AUDIT_GET;
        request[5] = (byte) (AUDIT_GET >> 8);
        request[6] = NLM_F_REQUEST_ACK;
        asking.send(request);
        byte[] message = new byte[NetlinkSocket.ROOM];
        int body = NetlinkSocket.HEADER;
        while (true) {
            if (!asking.await(ANSWER_MILLIS)) {
                throw new SyscallException("AUDIT_GET without an answer", Errno.EIO);
            }
            int length = asking.receive(message);
            int type = length < body ? 0 : NetlinkSocket.type(message);
            if (type == NetlinkSocket.ERROR && length >= body + 4 && Fs.int32(message, body) != 0) {
                throw new SyscallException("AUDIT_GET", -Fs.int32(message, body));
            }
            if (type == AUDIT_GET && length >= body + STATUS_SIZE) {
                return new Status(
                        Fs.int32(message, body + STATUS_ENABLED) != 0,
                        Fs.int32(message, body + STATUS_LOST) & 0xffff_ffffL,
                        Fs.int32(message, body + STATUS_BACKLOG) & 0xffff_ffffL);
            }
        }
    }
}
