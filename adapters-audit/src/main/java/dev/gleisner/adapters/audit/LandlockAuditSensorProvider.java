package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.SensorProvider;
import java.util.Set;

/** The sensor that hears what Landlock refused, from the kernel's audit log. */
public final class LandlockAuditSensorProvider implements SensorProvider {
    /** The first Landlock ABI that logs; Linux 6.15. */
    private static final int FIRST_LOGGING_ABI = 7;

    private static final int CREATE_RULESET_VERSION = 1;

    /** Does nothing. */
    public LandlockAuditSensorProvider() {}

    @Override
    public String name() {
        return LandlockAuditSensor.NAME;
    }

    @Override
    public int priority() {
        return 20;
    }

    @Override
    public Availability probe() {
        long abi = Kernel.raw(SysNr.LANDLOCK_CREATE_RULESET, 0, 0, CREATE_RULESET_VERSION);
        if (abi < FIRST_LOGGING_ABI) {
            return new Availability.Missing(
                    abi < 0 ? "there is no Landlock" : "Landlock ABI " + abi + " logs nothing",
                    "use a kernel with Landlock ABI " + FIRST_LOGGING_ABI + " (Linux 6.15)");
        }
        try (NetlinkSocket listening = AuditSocket.listening();
                NetlinkSocket asking = AuditSocket.asking()) {
            assert listening.descriptor() != asking.descriptor();
            return AuditSocket.status(asking).enabled()
                    ? new Availability.Ready("Landlock ABI " + abi + ", audit is on")
                    : new Availability.Missing(
                            "audit is off", "auditctl -e 1 (package auditd); it is the whole machine's to decide");
        } catch (SyscallException e) {
            return switch (e.errno()) {
                case Errno.EPERM, Errno.ECONNREFUSED ->
                    new Availability.Missing(
                            "the audit log cannot be heard by this user (" + e.getMessage() + ")",
                            "run as root outside of containers, or grant CAP_AUDIT_READ, CAP_AUDIT_CONTROL and"
                                    + " CAP_NET_ADMIN");
                case Errno.EPROTONOSUPPORT ->
                    new Availability.Missing(
                            "the kernel was started without audit", "start it without audit=0 (CONFIG_AUDIT)");
                default -> new Availability.Unknown(e.getMessage() + "");
            };
        }
    }

    @Override
    public Set<Sight> sees() {
        return LandlockAuditSensor.SEES;
    }

    @Override
    public Sensor create(String option) throws GleisnerException {
        if (!option.isEmpty()) {
            throw new GleisnerException.BadInput(
                    "sensor " + name() + "=" + option, "it takes no option", "write --sensor " + name());
        }
        return new LandlockAuditSensor();
    }
}
