package dev.gleisner.ports;

import dev.gleisner.domain.record.SensorReport;
import java.nio.file.Path;

/** Watches one session. */
public interface Sensor extends AutoCloseable {
    /**
     * What to watch.
     *
     * @param projectRoot the tree that the session is about
     * @param pid the command's process as the host numbers it, waiting for its release
     */
    record Target(Path projectRoot, long pid) {}

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
