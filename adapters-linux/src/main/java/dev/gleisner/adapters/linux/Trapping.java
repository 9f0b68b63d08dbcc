package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.seccomp.TrapFilter;
import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.tape.Confinement;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.ports.GleisnerException;
import java.util.Optional;

/** The filter that lets a sensor see system calls, as this kernel can have it. */
final class Trapping {
    private static final int SECCOMP_SET_MODE_FILTER = 1;

    /** SECCOMP_FILTER_FLAG_NEW_LISTENER, since Linux 5.0. */
    private static final long NEW_LISTENER = 8;

    /**
     * SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, since Linux 5.19: a signal that does not kill waits until a call that the
     * sensor has seen is answered. Without it the call is interrupted, begins anew and is seen twice.
     */
    private static final long WAIT_KILLABLE_RECV = 32;

    private Trapping() {}

    /**
     * The filter for these traps; empty for none.
     *
     * @throws GleisnerException.HostLacks when this kernel has no listeners
     */
    static Optional<Confinement.Trap> of(Traps traps) throws GleisnerException {
        if (traps == Traps.NONE) {
            return Optional.empty();
        }
        long flags = known(NEW_LISTENER | WAIT_KILLABLE_RECV) ? NEW_LISTENER | WAIT_KILLABLE_RECV : NEW_LISTENER;
        if (!known(flags)) {
            throw new GleisnerException.HostLacks(
                    "seccomp user notification",
                    "this kernel cannot let a sensor see system calls before they are made",
                    "use Linux 5.0 or newer, or choose another sensor with --sensor");
        }
        return Optional.of(new Confinement.Trap(TrapFilter.of(traps), flags));
    }

    /** Whether the kernel gets as far as looking for the program, which is not there. */
    private static boolean known(long flags) {
        return Kernel.raw(SysNr.SECCOMP, SECCOMP_SET_MODE_FILTER, flags, 0) == -Errno.EFAULT;
    }
}
