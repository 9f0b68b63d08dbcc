package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.SensorProvider;
import java.util.Set;

/** The sensor that needs no rights: inotify on the project tree. */
public final class InotifySensorProvider implements SensorProvider {
    /** Does nothing. */
    public InotifySensorProvider() {}

    @Override
    public String name() {
        return "inotify";
    }

    @Override
    public int priority() {
        return 40;
    }

    @Override
    public Availability probe() {
        int descriptor = Inotify.open();
        if (descriptor >= 0) {
            Fs.close(descriptor);
            return new Availability.Ready("inotify");
        }
        return descriptor == -Errno.EMFILE
                ? new Availability.Missing("no inotify instance is free", Inotify.MORE_INSTANCES)
                : new Availability.Missing(
                        "inotify_init1: " + Errno.describe(-descriptor), "use a kernel with CONFIG_INOTIFY_USER");
    }

    @Override
    public Set<Sight> sees() {
        return InotifySensor.SEES;
    }

    @Override
    public Sensor create(String option) throws GleisnerException {
        if (!option.isEmpty()) {
            throw new GleisnerException.BadInput(
                    "sensor inotify=" + option, "it takes no option", "write --sensor inotify");
        }
        return new InotifySensor();
    }
}
