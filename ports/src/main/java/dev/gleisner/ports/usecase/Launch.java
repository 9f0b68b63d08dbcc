package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the caller asks for besides the profile: the command line, not yet checked against the host.
 *
 * @param argv the command and its arguments; at least one word
 * @param workingDirectory where the command starts, absolute
 * @param projectRoot the directory that the run is about; when empty it is the working directory
 * @param readonlyPaths {@code HOST} or {@code HOST:INSIDE}, shown read-only; relative ones start at the working directory
 * @param readwritePaths the same, shown writable
 * @param allowNetwork whether the host's network is shared, whatever the profile says
 * @param allowDomains names that may be reached besides the profile's
 * @param environment {@code NAME} to pass the caller's value, or {@code NAME=VALUE}
 * @param hiddenPaths files and directories of Gleisner itself (evidence, keys), absolute: never visible inside
 * @param layers requirements that replace the profile's
 * @param limits limits that replace the profile's
 * @param seccomp the filter that replaces the profile's
 */
public record Launch(
        List<String> argv,
        String workingDirectory,
        Optional<String> projectRoot,
        List<String> readonlyPaths,
        List<String> readwritePaths,
        boolean allowNetwork,
        List<String> allowDomains,
        List<String> environment,
        List<String> hiddenPaths,
        Map<Layer, Requirement> layers,
        Limits limits,
        Optional<SeccompPolicy> seccomp) {

    public Launch {
        argv = List.copyOf(argv);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("a launch needs a command");
        }
        readonlyPaths = List.copyOf(readonlyPaths);
        readwritePaths = List.copyOf(readwritePaths);
        allowDomains = List.copyOf(allowDomains);
        environment = List.copyOf(environment);
        hiddenPaths = List.copyOf(hiddenPaths);
        layers = Map.copyOf(layers);
    }

    /** Starts a launch of that command in that directory, with nothing else asked for. */
    public static Builder of(List<String> argv, String workingDirectory) {
        return new Builder(argv, workingDirectory);
    }

    /**
     * Limits that replace the profile's; units as in {@link dev.gleisner.domain.sandbox.ResourceLimits}.
     *
     * @param memoryBytes all processes together
     * @param cpuPercent of one processor
     * @param pids processes and threads
     * @param fileDescriptors of one process
     * @param fileSizeBytes of one file
     */
    public record Limits(
            OptionalLong memoryBytes,
            OptionalLong cpuPercent,
            OptionalLong pids,
            OptionalLong fileDescriptors,
            OptionalLong fileSizeBytes) {
        /** Keeps the profile's. */
        public static final Limits NONE = new Limits(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    /** Collects the parts of a launch; not for use by several threads. */
    public static final class Builder {
        private final List<String> argv;
        private final String workingDirectory;
        private Optional<String> projectRoot = Optional.empty();
        private final List<String> readonlyPaths = new ArrayList<>();
        private final List<String> readwritePaths = new ArrayList<>();
        private boolean allowNetwork;
        private final List<String> allowDomains = new ArrayList<>();
        private final List<String> environment = new ArrayList<>();
        private final List<String> hiddenPaths = new ArrayList<>();
        private final Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        private Limits limits = Limits.NONE;
        private Optional<SeccompPolicy> seccomp = Optional.empty();

        private Builder(List<String> argv, String workingDirectory) {
            this.argv = List.copyOf(argv);
            this.workingDirectory = workingDirectory;
        }

        /** {@link Launch#projectRoot}. */
        public Builder projectRoot(String directory) {
            projectRoot = Optional.of(directory);
            return this;
        }

        /** Adds to {@link Launch#readonlyPaths}. */
        public Builder readonly(String hostAndInside) {
            readonlyPaths.add(hostAndInside);
            return this;
        }

        /** Adds to {@link Launch#readwritePaths}. */
        public Builder readwrite(String hostAndInside) {
            readwritePaths.add(hostAndInside);
            return this;
        }

        /** {@link Launch#allowNetwork}. */
        public Builder allowNetwork(boolean allow) {
            allowNetwork = allow;
            return this;
        }

        /** Adds to {@link Launch#allowDomains}. */
        public Builder allowDomain(String pattern) {
            allowDomains.add(pattern);
            return this;
        }

        /** Adds to {@link Launch#environment}. */
        public Builder environment(String nameOrAssignment) {
            environment.add(nameOrAssignment);
            return this;
        }

        /** Adds to {@link Launch#hiddenPaths}. */
        public Builder hide(String path) {
            hiddenPaths.add(path);
            return this;
        }

        /** Adds to {@link Launch#layers}. */
        public Builder layer(Layer layer, Requirement requirement) {
            layers.put(layer, requirement);
            return this;
        }

        /** {@link Launch#limits}. */
        public Builder limits(Limits replacing) {
            limits = replacing;
            return this;
        }

        /** {@link Launch#seccomp}. */
        public Builder seccomp(SeccompPolicy replacing) {
            seccomp = Optional.of(replacing);
            return this;
        }

        /** The launch. */
        public Launch build() {
            return new Launch(
                    argv,
                    workingDirectory,
                    projectRoot,
                    readonlyPaths,
                    readwritePaths,
                    allowNetwork,
                    allowDomains,
                    environment,
                    hiddenPaths,
                    layers,
                    limits,
                    seccomp);
        }
    }
}
