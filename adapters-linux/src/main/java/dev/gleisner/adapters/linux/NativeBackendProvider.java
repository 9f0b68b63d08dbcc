package dev.gleisner.adapters.linux;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.SandboxBackendProvider;
import java.io.IOException;

/** Provides the backend {@code native}. */
public final class NativeBackendProvider implements SandboxBackendProvider {
    /** Does nothing. */
    public NativeBackendProvider() {}

    @Override
    public String name() {
        return "native";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        return new Availability.Ready("user namespaces");
    }

    @Override
    public SandboxBackend create() throws GleisnerException {
        try {
            return new NativeBackend(new LinuxHostView());
        } catch (IOException e) {
            throw new GleisnerException.HostLacks(
                    "look at this host", "/proc cannot be read: " + e.getMessage(), "mount /proc");
        }
    }
}
