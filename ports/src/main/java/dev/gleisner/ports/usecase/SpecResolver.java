package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.DomainPattern;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.record.RecordingRules;
import dev.gleisner.domain.sandbox.Identity;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Makes the effective policy of one run out of a profile, a command line and a view of the host. It decides
 * everything and touches nothing: the same three always give the same policy.
 */
public final class SpecResolver {
    /** The host name inside: the host's own one says who and where the user is. */
    private static final String HOSTNAME = "gleisner-sandbox";

    private static final long MEBIBYTE = 1024L * 1024;

    private final Profile profile;
    private final Launch launch;
    private final List<String> notes = new ArrayList<>();
    private final HostView host;

    private SpecResolver(Profile profile, Launch launch, HostView host) {
        this.profile = profile;
        this.launch = launch;
        this.host = host;
    }

    /**
     * Resolves.
     *
     * @throws GleisnerException.BadInput when what is asked for makes no sense or would weaken the sandbox unasked
     * @throws GleisnerException.CommandNotStarted when the command is not visible inside or cannot be executed
     */
    public static Resolution resolve(Profile profile, Launch launch, HostView host) throws GleisnerException {
        return new SpecResolver(profile, launch, host).resolve();
    }

    private Resolution resolve() throws GleisnerException {
        Workplace place = Workplace.of(launch, host);
        NetworkAccess network = network();
        Map<Layer, Requirement> layers = layers(network);
        SeccompPolicy seccomp = seccomp(layers);
        ResourceLimits limits = limits();
        FileTree tree = new TreePlan(profile, launch, host, place, network, limits, notes).make();
        CommandLookup commands = new CommandLookup(host, tree, place.workingDirectory(), place.projectRoot());
        List<String> argv = new ArrayList<>(launch.argv());
        argv.set(0, commands.find(argv.getFirst()));
        commands.checkAllowed(argv.getFirst(), profile.process().commandAllowlist(), place.home());
        Map<String, String> environment = CleanEnvironment.make(
                host, tree, commands, place.home(), place.workingDirectory(), launch.environment(), notes);
        SandboxSpec spec = new SandboxSpec(
                profile.name(),
                profile.digest(),
                argv,
                place.workingDirectory(),
                place.projectRoot(),
                environment,
                new Identity(host.uid(), host.gid(), host.userName(), place.home(), HOSTNAME),
                tree.mounts(),
                network,
                seccomp,
                limits,
                layers);
        return new Resolution(spec, recording(), notes);
    }

    private RecordingRules recording() {
        Profile.Recording rules = profile.recording();
        return new RecordingRules(
                Rule.values(rules.redact()),
                Rule.values(rules.environment()),
                rules.dependencies().value());
    }

    private NetworkAccess network() throws GleisnerException {
        for (String pattern : launch.allowDomains()) {
            Optional<String> problem = DomainPattern.problem(pattern);
            if (problem.isPresent()) {
                throw new GleisnerException.BadInput(
                        "cannot allow \"" + pattern + "\"", problem.get(), "write a name such as example.org");
            }
        }
        if (launch.allowNetwork()) {
            if (!launch.allowDomains().isEmpty()) {
                throw new GleisnerException.BadInput(
                        "cannot share the network and allow single names",
                        "with the host's network everything is reachable",
                        "leave out one of the two");
            }
            notes.add("the host's network is shared: asked for on the command line");
            return new NetworkAccess.Host(List.of());
        }
        if (profile.network().allow().value()) {
            notes.add("the host's network is shared: profile " + profile.name() + " allows it");
            return new NetworkAccess.Host(Rule.values(profile.network().allowPorts()));
        }
        List<String> wanted = new ArrayList<>();
        addNew(Rule.values(profile.network().allowDomains()), wanted);
        addNew(Rule.values(profile.plugins().mcpNetworkDomains()), wanted);
        addNew(launch.allowDomains(), wanted);
        if (!wanted.isEmpty()) {
            notes.add("nothing on the network is reachable: this version cannot let single names through yet ("
                    + String.join(", ", wanted) + ")");
        }
        return new NetworkAccess.Isolated(wanted);
    }

    private static void addNew(List<String> from, List<String> to) {
        for (String each : from) {
            if (!to.contains(each)) {
                to.add(each);
            }
        }
    }

    private Map<Layer, Requirement> layers(NetworkAccess network) throws GleisnerException {
        Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        for (Map.Entry<Layer, Rule<Requirement>> each : profile.layers().entrySet()) {
            layers.put(each.getKey(), each.getValue().value());
        }
        for (Map.Entry<Layer, Requirement> each : launch.layers().entrySet()) {
            Requirement before = layers.put(each.getKey(), each.getValue());
            if (before != each.getValue() && each.getValue() != Requirement.REQUIRED) {
                notes.add("layer " + each.getKey().key() + " is "
                        + each.getValue().key() + ": asked for on the command line");
            }
        }
        if (network instanceof NetworkAccess.Host) {
            layers.put(Layer.NETWORK_NAMESPACE, Requirement.OFF);
        } else if (layers.get(Layer.NETWORK_NAMESPACE) == Requirement.OFF) {
            throw new GleisnerException.BadInput(
                    "cannot switch off the layer network_namespace",
                    "without it the whole network of the host is reachable, which profile " + profile.name()
                            + " does not allow",
                    "if that is meant, say --share-network");
        }
        return layers;
    }

    private SeccompPolicy seccomp(Map<Layer, Requirement> layers) {
        SeccompPolicy policy = launch.seccomp().isPresent()
                ? launch.seccomp().get()
                : profile.process().seccomp().value();
        if (policy.preset() == SeccompPolicy.Preset.DISABLED) {
            layers.put(Layer.SECCOMP, Requirement.OFF);
        } else if (layers.get(Layer.SECCOMP) == Requirement.OFF) {
            return new SeccompPolicy(SeccompPolicy.Preset.DISABLED, policy.action(), List.of());
        }
        return policy;
    }

    private ResourceLimits limits() throws GleisnerException {
        Profile.Resources resources = profile.resources();
        Launch.Limits asked = launch.limits();
        return new ResourceLimits(
                limit("memory", asked.memoryBytes(), resources.maxMemoryMb().value() * MEBIBYTE),
                limit("processor", asked.cpuPercent(), resources.maxCpuPercent().value()),
                limit("process", asked.pids(), resources.maxPids().value()),
                limit(
                        "open file",
                        asked.fileDescriptors(),
                        resources.maxFileDescriptors().value()),
                limit(
                        "file size",
                        asked.fileSizeBytes(),
                        resources.maxDiskWriteMb().value() * MEBIBYTE));
    }

    private static long limit(String what, OptionalLong asked, long profiles) throws GleisnerException {
        if (asked.isPresent() && asked.getAsLong() <= 0) {
            throw new GleisnerException.BadInput(
                    "the " + what + " limit is " + asked.getAsLong(), "a limit is greater than 0", "name a larger one");
        }
        return asked.orElse(profiles);
    }
}
