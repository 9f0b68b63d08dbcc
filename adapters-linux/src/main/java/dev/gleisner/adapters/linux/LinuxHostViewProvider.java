package dev.gleisner.adapters.linux;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import dev.gleisner.ports.HostViewProvider;
import java.io.IOException;

/** Provides the view of this Linux host. */
public final class LinuxHostViewProvider implements HostViewProvider {
    /** Does nothing. */
    public LinuxHostViewProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        try {
            return new Availability.Ready(new LinuxHostView().kernel());
        } catch (IOException e) {
            return new Availability.Missing("/proc cannot be read: " + e.getMessage(), "mount /proc");
        }
    }

    @Override
    public HostView create() throws GleisnerException {
        try {
            return new LinuxHostView();
        } catch (IOException e) {
            throw new GleisnerException.HostLacks(
                    "look at this host", "/proc cannot be read: " + e.getMessage(), "mount /proc");
        }
    }
}
