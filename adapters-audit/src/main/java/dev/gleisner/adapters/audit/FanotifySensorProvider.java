package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.SensorProvider;
import java.util.Set;

/** The sensor that hears, as root, of the whole file system that the project is on: fanotify. */
public final class FanotifySensorProvider implements SensorProvider {
    private static final String PROJECT = "project";

    /** Does nothing. */
    public FanotifySensorProvider() {}

    @Override
    public String name() {
        return FanotifySensor.NAME;
    }

    @Override
    public int priority() {
        return 60;
    }

    @Override
    public Availability probe() {
        try (Fanotify group = Fanotify.open(true)) {
            assert group.descriptor() >= 0;
            return new Availability.Ready("marks on whole file systems, with names and processes");
        } catch (SyscallException e) {
            return switch (e.errno()) {
                case Errno.EPERM ->
                    new Availability.Missing(
                            "marks on whole file systems need CAP_SYS_ADMIN outside of containers; without it fanotify"
                                    + " says no more than inotify",
                            "run as root, or use the sensor inotify");
                case Errno.EINVAL, Errno.ENOSYS ->
                    new Availability.Missing(
                            "the kernel's fanotify does not say names (" + e.getMessage() + ")",
                            "use Linux 5.17 or newer with CONFIG_FANOTIFY");
                default -> new Availability.Unknown(e.getMessage() + "");
            };
        }
    }

    @Override
    public Set<Sight> sees() {
        return FanotifySensor.SEES;
    }

    @Override
    public Sensor create(String option) throws GleisnerException {
        if (!option.isEmpty() && !option.equals(PROJECT)) {
            throw new GleisnerException.BadInput(
                    "sensor " + name() + "=" + option,
                    "it knows one option: " + PROJECT,
                    "write --sensor fanotify, or --sensor fanotify=project to leave out what is not in the project");
        }
        return new FanotifySensor(option.equals(PROJECT), true);
    }
}
