package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.KernelCalls;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Asks for calls that wait, and answers. One object for one thread; the fields are those of the call received last.
 *
 * @spec https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html seccomp_unotify(2)
 */
final class Listener {
    /** AUDIT_ARCH_I386 of linux/audit.h. */
    static final int ARCH_I386 = 0x40000003;

    private static final long NOTIF_RECV = 0xc0502100L;
    private static final long NOTIF_SEND = 0xc0182101L;
    private static final long NOTIF_SET_FLAGS = 0x40082104L;

    /** SECCOMP_USER_NOTIF_FLAG_CONTINUE, since Linux 5.5. */
    private static final int CONTINUE = 1;

    /** SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP, since Linux 6.6. */
    private static final int SYNC_WAKE_UP = 1;

    private static final int NOTICE = 80;
    private static final int ANSWER = 24;

    private final KernelCalls calls;
    private final int descriptor;
    private final ByteBuffer notice;
    private final long noticeAddress;
    private final ByteBuffer answer;
    private final long answerAddress;

    private long id;
    private int thread;
    private int number;
    private boolean i386;
    private final long[] arguments = new long[6];

    Listener(KernelCalls calls, int descriptor) {
        this.calls = calls;
        this.descriptor = descriptor;
        Arena arena = calls.arena();
        MemorySegment first = arena.allocate(NOTICE, 8);
        MemorySegment second = arena.allocate(ANSWER, 8);
        notice = first.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        noticeAddress = first.address();
        answer = second.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        answerAddress = second.address();
    }

    /** Asks the kernel to run the caller on this processor when it is answered; older kernels say no. */
    void wakeInPlace() {
        long _ = calls.raw(SysNr.IOCTL, descriptor, NOTIF_SET_FLAGS, SYNC_WAKE_UP);
    }

    /** Takes the next call that waits; false when the one that was there has gone. */
    boolean receive() {
        while (true) {
            for (int at = 0; at < NOTICE; at += 8) {
                notice.putLong(at, 0); // the kernel insists
            }
            long result = calls.raw(SysNr.IOCTL, descriptor, NOTIF_RECV, noticeAddress);
            if (result == -Errno.ENOENT) {
                return false;
            }
            if (result == -Errno.EINTR) {
                continue;
            }
            if (result < 0) {
                throw new IllegalStateException("SECCOMP_IOCTL_NOTIF_RECV: " + Errno.describe((int) -result));
            }
            break;
        }
        // struct seccomp_notif {u64 id; u32 pid, flags; struct seccomp_data {int nr; u32 arch; u64 ip, args[6]}}
        id = notice.getLong(0);
        thread = notice.getInt(8);
        number = notice.getInt(16);
        i386 = notice.getInt(20) == ARCH_I386;
        for (int i = 0; i < arguments.length; i++) {
            long value = notice.getLong(32 + 8 * i);
            arguments[i] = i386 ? value & 0xffff_ffffL : value;
        }
        return true;
    }

    /** Lets the call be made; false when its thread has died meanwhile. */
    boolean proceed() {
        return answer(0, CONTINUE);
    }

    /** Lets the call fail. */
    boolean refuse(int errno) {
        return answer(-errno, 0);
    }

    private boolean answer(int error, int flags) {
        answer.putLong(0, id);
        answer.putLong(8, 0);
        answer.putInt(16, error);
        answer.putInt(20, flags);
        while (true) {
            long result = calls.raw(SysNr.IOCTL, descriptor, NOTIF_SEND, answerAddress);
            if (result == 0) {
                return true;
            }
            if (result == -Errno.ENOENT) {
                return false;
            }
            if (result != -Errno.EINTR) {
                throw new IllegalStateException("SECCOMP_IOCTL_NOTIF_SEND: " + Errno.describe((int) -result));
            }
        }
    }

    /** The thread that waits, as this process numbers it; 0 when it cannot see it. */
    int thread() {
        return thread;
    }

    /** The number of the call. */
    int number() {
        return number;
    }

    /** Whether it is one of i386's. */
    boolean i386() {
        return i386;
    }

    /** An argument, as the register holds it. */
    long argument(int index) {
        return arguments[index];
    }
}
