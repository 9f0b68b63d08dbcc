package dev.gleisner.adapters.audit;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.ProjectReaderProvider;

/** Reads projects with system calls that never follow a link. */
public final class DirectProjectReaderProvider implements ProjectReaderProvider {
    /** Does nothing. */
    public DirectProjectReaderProvider() {}

    @Override
    public String name() {
        return "direct";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        return new Availability.Ready("openat(2) relative to open directories, no link followed");
    }

    @Override
    public ProjectReader create() {
        return new DirectProjectReader();
    }
}
