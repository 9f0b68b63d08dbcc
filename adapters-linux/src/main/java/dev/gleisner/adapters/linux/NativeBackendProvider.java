package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.spawn.InitProcess;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.SandboxBackendProvider;

/** Provides the backend {@code native}. */
public final class NativeBackendProvider implements SandboxBackendProvider {
    /** Does nothing. */
    public NativeBackendProvider() {}

    @Override
    public String name() {
        return NativeBackend.NAME;
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        return NamespaceHelp.probe();
    }

    @Override
    public void warmUp() {
        try {
            InitProcess.warmUp();
        } catch (SyscallException e) {
            return; // staging makes the same call and tells how it fails
        }
    }

    @Override
    public SandboxBackend create() throws GleisnerException {
        return new NativeBackend(LinuxHostViewProvider.view());
    }
}
