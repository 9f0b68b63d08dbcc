package dev.gleisner.ports;

import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.record.Traps;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;

/** Watches one session. */
public interface Sensor extends AutoCloseable {
    /**
     * What to watch.
     *
     * @param projectRoot the tree that the session is about
     * @param pid the command's process as the host numbers it, waiting for its release
     * @param listener descriptor of the seccomp listener when this sensor asked for {@link #traps}; it stays the
     *     sandbox's
     */
    record Target(Path projectRoot, long pid, OptionalInt listener) {}

    /** What it sees. */
    Set<Sight> sees();

    /** Which system calls the backend has to let it see before they are carried out. */
    default Traps traps() {
        return Traps.NONE;
    }

    /**
     * Starts to watch; returns when nothing more can be missed.
     *
     * @throws GleisnerException when it cannot
     */
    void attach(Target target, EventConsumer consumer) throws GleisnerException;

    /**
     * Called after the last process has ended: delivers what is under way and says how complete it was.
     *
     * @throws GleisnerException when the sensor failed meanwhile, so that its record cannot be relied on
     */
    SensorReport finish() throws GleisnerException;

    @Override
    void close();
}
