package dev.gleisner.ports;

import java.nio.file.Path;

/** Finds and makes a policy engine. */
public interface PolicyEngineProvider extends Provider {
    /** Whether this engine reads that file, by its name. */
    boolean reads(Path policy);

    /**
     * Reads a policy.
     *
     * @throws GleisnerException.BadInput when it has an unknown rule, a wrong type or nothing at all
     */
    PolicyEngine create(Path policy) throws GleisnerException;
}
