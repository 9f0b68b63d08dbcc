package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.SensorProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;

/** The sensor that sees the command's system calls and needs no rights: seccomp user notification. */
public final class NotifySensorProvider implements SensorProvider {
    /** Sees every opening of a file, not only what changes something. */
    private static final String FULL = "full";

    private static final int SECCOMP_GET_ACTION_AVAIL = 2;
    private static final int SECCOMP_GET_NOTIF_SIZES = 3;
    private static final int SECCOMP_RET_USER_NOTIF = 0x7fc00000;
    private static final int NOTICE = 80;
    private static final int ANSWER = 24;

    /** Does nothing. */
    public NotifySensorProvider() {}

    @Override
    public String name() {
        return NotifySensor.NAME;
    }

    @Override
    public int priority() {
        return 80;
    }

    @Override
    public Availability probe() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = arena.allocate(8, 8);
            room.set(ValueLayout.JAVA_INT, 0, SECCOMP_RET_USER_NOTIF);
            long action = Kernel.raw(SysNr.SECCOMP, SECCOMP_GET_ACTION_AVAIL, 0, room.address());
            if (action < 0) {
                return missing("SECCOMP_RET_USER_NOTIF", action);
            }
            // struct seccomp_notif_sizes {u16 seccomp_notif, seccomp_notif_resp, seccomp_data}
            long sizes = Kernel.raw(SysNr.SECCOMP, SECCOMP_GET_NOTIF_SIZES, 0, room.address());
            if (sizes < 0) {
                return missing("SECCOMP_GET_NOTIF_SIZES", sizes);
            }
            int notice = Short.toUnsignedInt(room.get(ValueLayout.JAVA_SHORT, 0));
            int answer = Short.toUnsignedInt(room.get(ValueLayout.JAVA_SHORT, 2));
            if (notice != NOTICE || answer != ANSWER) {
                return new Availability.Missing(
                        "seccomp notifications of " + notice + " and " + answer + " bytes, not " + NOTICE + " and "
                                + ANSWER,
                        "use a version of this program that knows this kernel");
            }
            return new Availability.Ready("seccomp user notification");
        }
    }

    private static Availability missing(String what, long result) {
        return new Availability.Missing(
                what + ": " + Errno.describe((int) -result),
                "use Linux 5.5 or newer with CONFIG_SECCOMP_FILTER, and no filter around this program that refuses"
                        + " seccomp(2)");
    }

    @Override
    public Set<Sight> sees() {
        return NotifySensor.SEES;
    }

    @Override
    public Sensor create(String option) throws GleisnerException {
        if (!option.isEmpty() && !option.equals(FULL)) {
            throw new GleisnerException.BadInput(
                    "sensor notify=" + option,
                    "it does not know this option",
                    "write --sensor notify, or --sensor notify=full to see files opened for reading, too");
        }
        return new NotifySensor(option.equals(FULL));
    }
}
