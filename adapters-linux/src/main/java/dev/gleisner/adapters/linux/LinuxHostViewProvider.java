package dev.gleisner.adapters.linux;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import dev.gleisner.ports.HostViewProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Provides the view {@code linux} of the host. */
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
        return Files.isReadable(Path.of("/proc/self/status"))
                ? new Availability.Ready("/proc is mounted")
                : new Availability.Missing("/proc is not mounted", "mount -t proc proc /proc");
    }

    @Override
    public HostView create() throws GleisnerException {
        return view();
    }

    /** This host. */
    static LinuxHostView view() throws GleisnerException.HostLacks {
        try {
            return new LinuxHostView();
        } catch (IOException e) {
            throw new GleisnerException.HostLacks(
                    "look at this host",
                    "/proc cannot be read: " + e.getMessage(),
                    "mount it: mount -t proc proc /proc");
        }
    }
}
