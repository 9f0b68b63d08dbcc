package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.spawn.InitProcess;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.NativeTape;
import dev.gleisner.adapters.linux.tape.Tape;
import dev.gleisner.adapters.linux.tape.TapePrinter;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.StagedSandbox;
import java.util.List;

/** Namespaces, mounts, privileges, Landlock, seccomp and limits, set up by a tape that our init plays. */
final class NativeBackend implements SandboxBackend {
    private final HostView view;

    NativeBackend(HostView view) {
        this.view = view;
        InitProcess.warmUp();
    }

    @Override
    public boolean confines() {
        return true;
    }

    @Override
    public List<String> plan(SandboxSpec spec) throws GleisnerException {
        return TapePrinter.print(tape(spec));
    }

    @Override
    public List<String> seccompListing(SandboxSpec spec) throws GleisnerException {
        return List.of();
    }

    private Tape tape(SandboxSpec spec) throws GleisnerException {
        try {
            return NativeTape.of(spec, Host.facts(view));
        } catch (SyscallException e) {
            throw new GleisnerException.KernelRefused(
                    "ask the host for its limits",
                    e.call(),
                    e.errno(),
                    "see `gleisner doctor` for what this kernel offers",
                    e);
        }
    }

    @Override
    public StagedSandbox stage(SandboxSpec spec, OutputTaps taps) throws GleisnerException {
        return Staging.stage(tape(spec), spec, taps);
    }
}
