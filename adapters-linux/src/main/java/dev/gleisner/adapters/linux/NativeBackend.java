package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.cgroup.CgroupDelegation;
import dev.gleisner.adapters.linux.cgroup.CgroupScope;
import dev.gleisner.adapters.linux.landlock.FdRule;
import dev.gleisner.adapters.linux.landlock.InheritedFiles;
import dev.gleisner.adapters.linux.landlock.LandlockAbi;
import dev.gleisner.adapters.linux.landlock.LandlockPlan;
import dev.gleisner.adapters.linux.landlock.Layout;
import dev.gleisner.adapters.linux.landlock.PathRule;
import dev.gleisner.adapters.linux.seccomp.SeccompException;
import dev.gleisner.adapters.linux.seccomp.SeccompFilter;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy;
import dev.gleisner.adapters.linux.seccomp.SeccompProgram;
import dev.gleisner.adapters.linux.seccomp.SeccompPrograms;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.Confinement;
import dev.gleisner.adapters.linux.tape.NativeTape;
import dev.gleisner.adapters.linux.tape.Tape;
import dev.gleisner.adapters.linux.tape.TapePrinter;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ProbeReport;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.StagedSandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Namespaces, mounts, privileges, Landlock, seccomp and limits, set up by a tape that our init plays. */
final class NativeBackend implements SandboxBackend {
    static final String NAME = "native";
    private static final AtomicLong SESSIONS = new AtomicLong();

    /** Where programs come from. */
    @FunctionalInterface
    private interface Source {
        Optional<SeccompProgram> of(SeccompPolicy policy) throws SeccompException;
    }

    private final HostView view;

    NativeBackend(HostView view) {
        this.view = view;
    }

    @Override
    public boolean confines() {
        return true;
    }

    @Override
    public List<String> plan(SandboxSpec spec) throws GleisnerException {
        return TapePrinter.print(tape(spec, confinement(spec, OutputTaps.NONE, Optional.empty(), Optional.empty())));
    }

    @Override
    public List<String> seccompListing(SandboxSpec spec) throws GleisnerException {
        Optional<SeccompProgram> program =
                spec.wants(Layer.SECCOMP) ? filter(spec, SeccompFilter::build) : Optional.empty();
        return program.isPresent() ? program.get().disassemble().lines().toList() : List.of();
    }

    @Override
    public StagedSandbox stage(SandboxSpec spec, OutputTaps taps, Traps traps) throws GleisnerException {
        Optional<Confinement.Trap> trap = Trapping.of(traps);
        Optional<CgroupDelegation> delegation =
                spec.wants(Layer.CGROUPS) ? Optional.of(CgroupDelegation.find()) : Optional.empty();
        Optional<CgroupScope> cgroup = cgroup(spec, delegation);
        try {
            Confinement confinement = confinement(spec, taps, cgroup.map(CgroupScope::directory), trap);
            return new Staging(tape(spec, confinement), true)
                    .stage(
                            confinement.stdio(),
                            taps,
                            trap.isPresent(),
                            cgroup,
                            (pid, skipped, probes) ->
                                    judge(spec, confinement, pid, skipped, probes, delegation, cgroup));
        } catch (GleisnerException | RuntimeException | Error e) {
            cgroup.ifPresent(CgroupScope::close);
            throw e;
        }
    }

    private Tape tape(SandboxSpec spec, Confinement confinement) throws GleisnerException {
        try {
            return NativeTape.of(spec, Host.facts(view), confinement);
        } catch (SyscallException e) {
            throw new GleisnerException.KernelRefused(
                    "ask the host for its limits",
                    String.valueOf(e.getMessage()),
                    e.errno(),
                    "see `gleisner doctor` for what this kernel offers",
                    e);
        }
    }

    private Confinement confinement(
            SandboxSpec spec, OutputTaps taps, Optional<String> cgroup, Optional<Confinement.Trap> trap)
            throws GleisnerException {
        Confinement.Stdio stdio = Streams.terminals();
        return new Confinement(
                spec.wants(Layer.LANDLOCK) ? landlock(spec, taps, stdio) : Optional.empty(),
                spec.wants(Layer.SECCOMP) ? filter(spec, SeccompPrograms::of) : Optional.empty(),
                cgroup,
                stdio,
                trap);
    }

    private Optional<LandlockPlan> landlock(SandboxSpec spec, OutputTaps taps, Confinement.Stdio stdio)
            throws GleisnerException {
        LandlockAbi abi = LandlockAbi.probe();
        List<Integer> inherited = new ArrayList<>(3);
        if (!stdio.in()) {
            inherited.add(0);
        }
        if (!stdio.out() && taps.stdout().isEmpty()) {
            inherited.add(1);
        }
        if (!stdio.err() && taps.stderr().isEmpty()) {
            inherited.add(2);
        }
        List<FdRule> rules = InheritedFiles.rules(inherited);
        Layout standard = Layout.standard(view::kind);
        Layout layout = new Layout(
                standard.devices(),
                standard.terminals(),
                spec.wants(Layer.IPC_NAMESPACE) ? standard.scratch() : List.of("/dev/shm"),
                standard.proc(),
                rules,
                spec.wants(Layer.NETWORK_NAMESPACE) && spec.network() instanceof NetworkAccess.Isolated,
                view::kind);
        LandlockPlan plan = LandlockPlan.of(spec, abi, layout);
        if (!plan.present() && spec.requirement(Layer.LANDLOCK) == Requirement.REQUIRED) {
            throw new GleisnerException.HostLacks(
                    "Landlock",
                    abi.availability().summary(),
                    "use a kernel with Landlock, or set landlock = \"best-effort\" under [layers]");
        }
        return Optional.of(spec.wants(Layer.MOUNT_NAMESPACE) ? plan : withWhatIsThere(plan));
    }

    /** Without a file tree of our own a rule can only be about what the host has. */
    private LandlockPlan withWhatIsThere(LandlockPlan plan) {
        List<PathRule> there = new ArrayList<>(plan.paths().size());
        for (PathRule rule : plan.paths()) {
            if (view.kind(rule.path()).isPresent()) {
                there.add(rule);
            }
        }
        return new LandlockPlan(
                plan.abi(),
                plan.handledAccessFs(),
                plan.handledAccessNet(),
                plan.scoped(),
                plan.restrictFlags(),
                there,
                plan.descriptors(),
                plan.ports(),
                plan.mountLayerOnly(),
                plan.missing());
    }

    private static Optional<SeccompProgram> filter(SandboxSpec spec, Source programs) throws GleisnerException {
        try {
            return programs.of(Filters.policy(spec));
        } catch (SeccompException e) {
            throw new GleisnerException.BadInput("seccomp policy", String.valueOf(e.getMessage()), e.fix());
        }
    }

    private static Optional<CgroupScope> cgroup(SandboxSpec spec, Optional<CgroupDelegation> delegation)
            throws GleisnerException {
        if (delegation.isEmpty() || delegation.get().controllers().isEmpty()) {
            return Optional.empty(); // a group without controllers would limit nothing
        }
        try {
            return Optional.of(
                    CgroupScope.create(delegation.get(), "run" + SESSIONS.incrementAndGet(), spec.limits(), List.of()));
        } catch (GleisnerException.KernelRefused e) {
            if (spec.requirement(Layer.CGROUPS) == Requirement.REQUIRED) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private EnforcementReport judge(
            SandboxSpec spec,
            Confinement confinement,
            long pid,
            Map<Layer, String> skipped,
            List<ProbeReport> probes,
            Optional<CgroupDelegation> delegation,
            Optional<CgroupScope> cgroup)
            throws GleisnerException, SyscallException {
        List<LayerReport> layers = new Measurement(spec, confinement, pid, view.uid() == 0, skipped).layers();
        layers.add(cgroupReport(spec, pid, skipped, delegation, cgroup));
        for (ProbeReport probe : probes) {
            if (!probe.held()) {
                throw new GleisnerException.HostLacks(
                        "a sandbox that holds",
                        "probe " + probe.id() + " (" + probe.attempt() + ") expected " + probe.expected() + " and got "
                                + probe.observed(),
                        "do not use this host for untrusted commands, and report this; nothing was started");
            }
        }
        for (LayerReport layer : layers) {
            if (layer.requirement() == Requirement.REQUIRED && !enough(spec, layer)) {
                throw new GleisnerException.HostLacks(
                        "layer " + layer.layer().key(),
                        layer.state().key() + ": " + layer.detail(),
                        layer.layer() == Layer.CGROUPS && delegation.isPresent()
                                ? delegation.get().fix() + "; or set cgroups = \"best-effort\" under [layers]"
                                : "see `gleisner doctor`; or set "
                                        + layer.layer().key() + " = \"best-effort\" under [layers]");
            }
        }
        return new EnforcementReport(NAME, true, layers, probes);
    }

    /**
     * Whether a required layer may be as it was measured. Absent is never enough, but for what the profile itself turns
     * down: the host's network, or no filter. An older Landlock is enough as long as no port rule is lost.
     */
    private static boolean enough(SandboxSpec spec, LayerReport report) {
        boolean hostNetwork = spec.network() instanceof NetworkAccess.Host;
        return switch (report.state()) {
            case ENFORCED -> true;
            case PARTIAL ->
                report.layer() == Layer.LANDLOCK
                        && !(spec.network() instanceof NetworkAccess.Host(var ports) && !ports.isEmpty());
            case ABSENT ->
                report.layer() == Layer.NETWORK_NAMESPACE && hostNetwork
                        || report.layer() == Layer.SECCOMP && Filters.disabled(spec);
        };
    }

    private static LayerReport cgroupReport(
            SandboxSpec spec,
            long pid,
            Map<Layer, String> skipped,
            Optional<CgroupDelegation> delegation,
            Optional<CgroupScope> cgroup) {
        Requirement requirement = spec.requirement(Layer.CGROUPS);
        if (delegation.isEmpty()) {
            return new LayerReport(Layer.CGROUPS, requirement, LayerReport.State.ABSENT, "switched off by the profile");
        }
        String why = skipped.get(Layer.CGROUPS);
        if (why != null) {
            return new LayerReport(Layer.CGROUPS, requirement, LayerReport.State.ABSENT, why);
        }
        if (cgroup.isEmpty()) {
            return delegation.get().absent(spec);
        }
        return cgroup.get().contains(pid)
                ? cgroup.get().report(spec)
                : new LayerReport(
                        Layer.CGROUPS, requirement, LayerReport.State.ABSENT, "the command is not in its group");
    }
}
