package dev.gleisner.domain.profile;

import dev.gleisner.domain.digest.Digest;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A sandbox profile as its author wrote it: paths may start with {@code ~}, nothing is resolved against a host yet.
 *
 * @param name the name it is called by
 * @param description one line for people
 * @param origin where it was read from, such as {@code bundled} or a file name
 * @param digest SHA-256 of the file's bytes
 */
public record Profile(
        String name,
        String description,
        String origin,
        Digest digest,
        Filesystem filesystem,
        Network network,
        ProcessRules process,
        Resources resources,
        Plugins plugins,
        Recording recording,
        Map<Layer, Rule<Requirement>> layers) {

    public Profile {
        Map<Layer, Rule<Requirement>> all = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            all.put(layer, layers.getOrDefault(layer, new Rule<>(Requirement.REQUIRED, "the default")));
        }
        layers = Collections.unmodifiableMap(all);
    }

    /**
     * What the command sees of the host's files. The project is always there, readable and writable; HOME is empty
     * except for what is named here.
     *
     * @param readonlyBind paths shown read-only
     * @param readwriteBind paths shown writable
     * @param deny paths hidden, even below a path that is shown
     * @param tmpfs paths that are empty and writable and vanish at the end
     * @param extraBindMounts paths shown under another name
     */
    public record Filesystem(
            List<Rule<String>> readonlyBind,
            List<Rule<String>> readwriteBind,
            List<Rule<String>> deny,
            List<Rule<String>> tmpfs,
            List<Rule<BindMount>> extraBindMounts) {
        public Filesystem {
            readonlyBind = List.copyOf(readonlyBind);
            readwriteBind = List.copyOf(readwriteBind);
            deny = List.copyOf(deny);
            tmpfs = List.copyOf(tmpfs);
            extraBindMounts = List.copyOf(extraBindMounts);
        }
    }

    /**
     * A host path under another name inside.
     *
     * @param host path on the host
     * @param container path inside
     * @param readonly whether it cannot be written inside
     */
    public record BindMount(String host, String container, boolean readonly) {}

    /**
     * What the command reaches.
     *
     * @param allow whether everything is reachable; otherwise only what the lists name
     * @param allowDomains names that may be reached
     * @param allowPorts TCP ports on those names
     * @param allowDns whether names can be resolved at all
     */
    public record Network(
            Rule<Boolean> allow,
            List<Rule<String>> allowDomains,
            List<Rule<Integer>> allowPorts,
            Rule<Boolean> allowDns) {
        public Network {
            allowDomains = List.copyOf(allowDomains);
            allowPorts = List.copyOf(allowPorts);
        }
    }

    /**
     * Process isolation.
     *
     * @param pidNamespace whether the command has a pid namespace of its own
     * @param noNewPrivileges whether set-user-id programs lose their power
     * @param commandAllowlist programs that may be the command; empty for all. This names the first program only
     *     and confines nothing that it starts
     * @param seccomp the system call filter
     */
    public record ProcessRules(
            Rule<Boolean> pidNamespace,
            Rule<Boolean> noNewPrivileges,
            List<Rule<String>> commandAllowlist,
            Rule<SeccompPolicy> seccomp) {
        public ProcessRules {
            commandAllowlist = List.copyOf(commandAllowlist);
        }
    }

    /**
     * Limits for the whole sandbox.
     *
     * @param maxMemoryMb memory in MiB
     * @param maxCpuPercent of one processor: 200 is two processors
     * @param maxPids processes and threads
     * @param maxFileDescriptors open files of one process
     * @param maxDiskWriteMb size of one file in MiB
     */
    public record Resources(
            Rule<Long> maxMemoryMb,
            Rule<Long> maxCpuPercent,
            Rule<Long> maxPids,
            Rule<Long> maxFileDescriptors,
            Rule<Long> maxDiskWriteMb) {}

    /**
     * What records of sessions with this profile may show.
     *
     * @param redact names and values that are taken out besides what looks like a secret; {@code *} and {@code ?} as
     *     in a shell
     * @param environment names of variables whose values may be shown; of others only the names are
     * @param dependencies how much is said about files outside of the project
     */
    public record Recording(
            List<Rule<String>> redact, List<Rule<String>> environment, Rule<DependencyDetail> dependencies) {
        /** The table when it is left out. */
        public static final Recording DEFAULT =
                new Recording(List.of(), List.of(), new Rule<>(DependencyDetail.GROUPED, "the default"));

        public Recording {
            redact = List.copyOf(redact);
            environment = List.copyOf(environment);
        }
    }

    /**
     * Settings for the agent itself; they guide the agent, the kernel does not enforce them.
     *
     * @param skipPermissions whether the agent's own permission prompts are switched off inside the sandbox
     * @param addDirs further directories for the agent
     * @param disallowedTools tools that the agent is told not to use
     * @param mcpNetworkDomains names that its MCP servers need, added to the allowed ones
     */
    public record Plugins(
            Rule<Boolean> skipPermissions,
            List<Rule<String>> addDirs,
            List<Rule<String>> disallowedTools,
            List<Rule<String>> mcpNetworkDomains) {
        public Plugins {
            addDirs = List.copyOf(addDirs);
            disallowedTools = List.copyOf(disallowedTools);
            mcpNetworkDomains = List.copyOf(mcpNetworkDomains);
        }
    }
}
