package dev.gleisner.adapters.linux;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.SandboxBackendProvider;

/** Provides the backend {@code none}. */
public final class NoneBackendProvider implements SandboxBackendProvider {
    /** Does nothing. */
    public NoneBackendProvider() {}

    @Override
    public String name() {
        return NoneBackend.NAME;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability probe() {
        return new Availability.Ready("runs the command unconfined");
    }

    @Override
    public SandboxBackend create() {
        return new NoneBackend();
    }
}
