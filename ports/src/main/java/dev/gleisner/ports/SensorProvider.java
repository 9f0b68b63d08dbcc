package dev.gleisner.ports;

import dev.gleisner.domain.record.Sight;
import java.util.Set;

/** Finds and makes a sensor. */
public interface SensorProvider extends Provider {
    /** What its sensor sees when nothing more is asked of it. */
    Set<Sight> sees();

    /**
     * Makes a sensor for one session.
     *
     * @param option what stands behind the name in {@code --sensor name=option}; empty when there is nothing
     * @throws GleisnerException.BadInput when it does not know that option
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    Sensor create(String option) throws GleisnerException;
}
