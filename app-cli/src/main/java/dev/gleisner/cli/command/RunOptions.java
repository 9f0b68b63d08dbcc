package dev.gleisner.cli.command;

import dev.gleisner.cli.Console;
import dev.gleisner.cli.Durations;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.SandboxBackendProvider;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.Launch;
import dev.gleisner.ports.usecase.Resolution;
import dev.gleisner.ports.usecase.SpecResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options of every command that builds a sandbox: {@code record}, {@code wrap} and {@code plan}. */
final class RunOptions {
    /** The profile when none is named. */
    static final String DEFAULT_PROFILE = "konishi";

    private final ParseResult arguments;
    private final Registry registry;

    RunOptions(ParseResult arguments, Registry registry) {
        this.arguments = arguments;
        this.registry = registry;
    }

    static CommandSpec addTo(CommandSpec spec) {
        spec.parser().stopAtPositional(true);
        return spec.addOption(Options.value(
                        "--profile",
                        "PROFILE",
                        "Sandbox profile, by name or file (default: " + DEFAULT_PROFILE + "); see `gleisner profile"
                                + " list`."))
                .addOption(Options.value(
                        "--project",
                        "DIR",
                        "The directory the run is about, writable inside (default: the working directory)."))
                .addOption(Options.list("--bind-ro", "HOST[:INSIDE]", "Show one more path, read-only."))
                .addOption(Options.list("--bind-rw", "HOST[:INSIDE]", "Show one more path, writable."))
                .addOption(Options.list("--allow-path", "PATH", "The same as --bind-rw PATH."))
                .addOption(Options.list("--allow-network", "NAME", "Add a name to the profile's allow_domains."))
                .addOption(Options.flag("--share-network", "Share the host's network, whatever the profile says."))
                .addOption(Options.list(
                        "--env", "NAME[=VALUE]", "Pass one more variable on; without a value, the caller's."))
                .addOption(Options.value(
                        "--backend", "NAME", "Sandbox backend (default: the best that works; `none` only watches)."))
                .addOption(Options.list(
                        "--best-effort", "LAYER", "Run without this layer when the host lacks it, and say so."))
                .addOption(Options.flag("--no-landlock", "Switch the layer landlock off."))
                .addOption(Options.flag("--no-cgroups", "Switch the layer cgroups off."))
                .addOption(Options.flag("--no-seccomp", "Switch the layer seccomp off."))
                .addOption(Options.flag("--verbose", "Print more, and stack traces for errors."))
                .addPositional(Options.words("COMMAND", "0..*", "The command and its arguments."));
    }

    /** {@code --timeout}, for the commands that have it. */
    static CommandSpec addTimeout(CommandSpec spec) {
        return spec.addOption(Options.value(
                "--timeout",
                "DURATION",
                "End the command after this time (30s, 10m, 2h); the exit status is then 124."));
    }

    Optional<Duration> timeout() throws GleisnerException {
        Optional<String> text = Options.text(arguments, "--timeout");
        return text.isPresent() ? Optional.of(Durations.parse("--timeout", text.get())) : Optional.empty();
    }

    SandboxBackend backend() throws GleisnerException {
        Optional<String> name = Options.text(arguments, "--backend");
        List<SandboxBackendProvider> found = registry.backends();
        if (name.isPresent()) {
            return Choice.named("sandbox backend", found, name.get()).create();
        }
        // `none` is never chosen for somebody who did not name it: nothing runs weaker than it says.
        List<SandboxBackendProvider> confining = new ArrayList<>();
        for (SandboxBackendProvider provider : found) {
            if (provider.priority() > 0) {
                confining.add(provider);
            }
        }
        return Choice.onlyOrBest("sandbox backend", confining).create();
    }

    /**
     * The effective policy.
     *
     * @param outOfReach directories that may never be visible inside
     */
    Resolution resolve(List<String> outOfReach) throws GleisnerException {
        List<String> command = Options.words(arguments);
        if (command.isEmpty()) {
            throw new GleisnerException.BadInput(
                    "no command given", "nothing follows the options", "write it after --, as in `-- make test`");
        }
        HostView host = Choice.best("host view", registry.hostViews()).create();
        Profile profile = Choice.best("profile source", registry.profileSources())
                .create()
                .load(Options.text(arguments, "--profile").orElse(DEFAULT_PROFILE));
        Launch.Builder launch = Launch.of(command, Records.workingDirectory().toString())
                .allowNetwork(Options.has(arguments, "--share-network"));
        Options.text(arguments, "--project").ifPresent(launch::projectRoot);
        Options.texts(arguments, "--bind-ro").forEach(launch::readonly);
        Options.texts(arguments, "--bind-rw").forEach(launch::readwrite);
        Options.texts(arguments, "--allow-path").forEach(launch::readwrite);
        Options.texts(arguments, "--allow-network").forEach(launch::allowDomain);
        Options.texts(arguments, "--env").forEach(launch::environment);
        OwnFiles.inside(writable()).forEach(launch::readonly);
        outOfReach.forEach(launch::hide);
        layers().forEach(launch::layer);
        return SpecResolver.resolve(profile, launch.build(), host);
    }

    /** The directories that the command line makes writable; relative ones start at the working directory. */
    private List<Path> writable() throws GleisnerException {
        Path here = Records.workingDirectory();
        List<Path> directories = new ArrayList<>();
        directories.add(here.resolve(Options.text(arguments, "--project").orElse("")));
        for (String name : List.of("--bind-rw", "--allow-path")) {
            for (String bind : Options.texts(arguments, name)) {
                int colon = bind.indexOf(':');
                directories.add(here.resolve(colon < 0 ? bind : bind.substring(0, colon)));
            }
        }
        return directories;
    }

    private Map<Layer, Requirement> layers() throws GleisnerException {
        Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        for (String key : Options.texts(arguments, "--best-effort")) {
            Optional<Layer> layer = Layer.byKey(key);
            if (layer.isEmpty()) {
                List<String> known = new ArrayList<>();
                for (Layer each : Layer.values()) {
                    known.add(each.key());
                }
                throw new GleisnerException.BadInput(
                        "--best-effort " + key, "no such layer", "use one of " + String.join(", ", known));
            }
            layers.put(layer.get(), Requirement.BEST_EFFORT);
        }
        if (Options.has(arguments, "--no-landlock")) {
            layers.put(Layer.LANDLOCK, Requirement.OFF);
        }
        if (Options.has(arguments, "--no-cgroups")) {
            layers.put(Layer.CGROUPS, Requirement.OFF);
        }
        if (Options.has(arguments, "--no-seccomp")) {
            layers.put(Layer.SECCOMP, Requirement.OFF);
        }
        return layers;
    }

    boolean verbose() {
        return Options.has(arguments, "--verbose");
    }

    /** What a person should know before the command runs. */
    void announce(Resolution resolution, SandboxBackend backend, Console console) {
        if (verbose()) {
            resolution.notes().forEach(console::say);
        }
        SandboxSpec spec = resolution.spec();
        if (!backend.confines()) {
            console.say(console.warn("warning:") + " NOT CONFINED: backend none only watches");
        } else if (spec.network() instanceof NetworkAccess.Isolated(var wanted) && !wanted.isEmpty()) {
            console.say("no network: this version cannot let single names through yet (" + wanted.size()
                    + " in the profile); --share-network shares the host's");
        }
    }
}
