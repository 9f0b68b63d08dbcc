package dev.gleisner.adapters.linux;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;

/** Who runs the tests. */
final class Caller {
    static final HostView HOST = view();
    static final int UID = HOST.uid();
    static final int GID = HOST.gid();

    private Caller() {}

    private static HostView view() {
        try {
            return new LinuxHostViewProvider().create();
        } catch (GleisnerException e) {
            throw new AssertionError("no test works without a host", e);
        }
    }
}
