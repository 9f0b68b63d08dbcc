package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.tape.Confinement;
import dev.gleisner.adapters.linux.tape.NoneTape;
import dev.gleisner.adapters.linux.tape.TapePrinter;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.StagedSandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs the command as the caller, with nothing in its way, and says so. */
final class NoneBackend implements SandboxBackend {
    static final String NAME = "none";

    @Override
    public boolean confines() {
        return false;
    }

    @Override
    public List<String> plan(SandboxSpec spec) {
        return TapePrinter.print(NoneTape.of(spec, Streams.terminals(), Optional.empty()));
    }

    @Override
    public List<String> seccompListing(SandboxSpec spec) {
        return List.of();
    }

    @Override
    public StagedSandbox stage(SandboxSpec spec, OutputTaps taps, Traps traps) throws GleisnerException {
        Optional<Confinement.Trap> trap = Trapping.of(traps);
        Confinement.Stdio terminal = Streams.terminals();
        List<LayerReport> layers = new ArrayList<>(Layer.values().length);
        for (Layer layer : Layer.values()) {
            layers.add(new LayerReport(
                    layer, spec.requirement(layer), LayerReport.State.ABSENT, "backend none confines nothing"));
        }
        EnforcementReport report = new EnforcementReport(NAME, false, layers, List.of());
        return new Staging(NoneTape.of(spec, terminal, trap), false)
                .stage(terminal, taps, trap.isPresent(), Optional.empty(), (pid, skipped, probes) -> report);
    }
}
