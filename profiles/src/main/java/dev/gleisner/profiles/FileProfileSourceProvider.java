package dev.gleisner.profiles;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.ProfileSource;
import dev.gleisner.ports.ProfileSourceProvider;

/** Profiles from the jar and from the usual configuration directories. */
public final class FileProfileSourceProvider implements ProfileSourceProvider {

    /** Does nothing, as {@link java.util.ServiceLoader} calls it for every start. */
    public FileProfileSourceProvider() {}

    @Override
    public String name() {
        return "files";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        return new Availability.Ready(BundledProfiles.NAMES.size() + " bundled profiles");
    }

    @Override
    public ProfileSource create() {
        return FileProfileSource.ofThisHost();
    }
}
