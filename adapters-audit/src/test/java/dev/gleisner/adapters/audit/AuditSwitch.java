package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.contract.Needs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Has audit on while a test runs, as root; what was off before is off afterwards. Once audit was on, the kernel takes
 * the slow way for every system call of every task that starts later, until the machine is booted again; a rule that
 * excepts all tasks prevents it, so that rule goes first, and it stays. (It is the only rule that some distributions
 * have.) With it there are no records of system calls, and so no process ids.
 */
final class AuditSwitch implements AutoCloseable {
    private static final int AUDIT_SET = 1001;
    private static final int AUDIT_ADD_RULE = 1011;
    private static final int STATUS_ENABLED = 1;
    private static final int STATUS_BACKLOG_LIMIT = 16;
    private static final int FILTER_TASK = 1;
    private static final int NEVER = 0;

    private final boolean changed;

    private AuditSwitch(boolean changed) {
        this.changed = changed;
    }

    /** Switches audit on where it is off and this user may; skips the test where he may not. */
    static AuditSwitch on() throws SyscallException {
        Availability found = new LandlockAuditSensorProvider().probe();
        boolean off = found instanceof Availability.Missing(var what, var _) && what.equals("audit is off");
        if (off) {
            int rule = request(AUDIT_ADD_RULE, exceptAllTasks());
            assertThat(rule).isIn(0, -Errno.EEXIST);
            assertThat(set(STATUS_BACKLOG_LIMIT, 8192)).isZero();
            assertThat(set(STATUS_ENABLED, 1)).isZero();
            found = new LandlockAuditSensorProvider().probe();
        }
        Needs.feature("landlock-audit", found);
        return new AuditSwitch(off);
    }

    @Override
    public void close() throws SyscallException {
        if (changed) {
            assertThat(set(STATUS_ENABLED, 0)).isZero();
            assertThat(set(STATUS_BACKLOG_LIMIT, 64)).isZero();
        }
    }

    /** {@code struct audit_status}: mask, enabled, failure, pid, rate_limit, backlog_limit and five more. */
    private static int set(int what, int value) throws SyscallException {
        ByteBuffer status = buffer(44).putInt(0, what);
        status.putInt(what == STATUS_ENABLED ? 4 : 20, value);
        return request(AUDIT_SET, status);
    }

    /** {@code struct audit_rule_data}: flags, action, field_count, mask[64], three times [64], buflen. */
    private static ByteBuffer exceptAllTasks() {
        ByteBuffer rule = buffer((3 + 4 * 64 + 1) * 4).putInt(0, FILTER_TASK).putInt(4, NEVER);
        for (int i = 0; i < 64; i++) {
            rule.putInt((3 + i) * 4, -1);
        }
        return rule;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The kernel's answer: 0 or a negated error number. */
    private static int request(int type, ByteBuffer payload) throws SyscallException {
        byte[] message = new byte[NetlinkSocket.HEADER + payload.capacity()];
        ByteBuffer _ = ByteBuffer.wrap(message)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(NetlinkSocket.HEADER + payload.capacity())
                .putShort((short) type)
                .putShort((short) 5) // NLM_F_REQUEST | NLM_F_ACK
                .putLong(0)
                .put(payload.clear());
        try (NetlinkSocket socket = AuditSocket.asking()) {
            socket.send(message);
            byte[] answer = new byte[NetlinkSocket.ROOM];
            while (true) {
                int length = socket.receive(answer);
                if (length > 0 && NetlinkSocket.type(answer) == NetlinkSocket.ERROR) {
                    return Fs.int32(answer, NetlinkSocket.HEADER);
                }
                Thread.onSpinWait();
            }
        }
    }
}
