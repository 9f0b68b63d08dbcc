package dev.gleisner.ports;

/** Finds and makes a sensor. */
public interface SensorProvider extends Provider {
    /**
     * Makes a sensor for one session.
     *
     * @throws GleisnerException when the host turns out not to allow it after all
     */
    Sensor create() throws GleisnerException;
}
