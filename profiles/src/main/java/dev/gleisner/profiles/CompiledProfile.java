package dev.gleisner.profiles;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.domain.profile.DependencyDetail;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.SeccompPolicy;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The form in which bundled profiles are in {@link CompiledProfiles} besides their TOML: written by the build, read at every start.
 * A TOML parser costs a cold process more than everything else that happens before the command starts. Never
 * written to or read from a file system: only the build makes it, so both ends are always of the same version.
 */
final class CompiledProfile {
    private CompiledProfile() {}

    /** Writes all of a profile but its origin. */
    static void write(Profile profile, DataOutputStream out) throws IOException {
        out.writeUTF(profile.name());
        out.writeUTF(profile.description());
        out.writeUTF(profile.digest().hex());
        Profile.Filesystem filesystem = profile.filesystem();
        writeTexts(filesystem.readonlyBind(), out);
        writeTexts(filesystem.readwriteBind(), out);
        writeTexts(filesystem.deny(), out);
        writeTexts(filesystem.tmpfs(), out);
        out.writeShort(filesystem.extraBindMounts().size());
        for (Rule<Profile.BindMount> rule : filesystem.extraBindMounts()) {
            out.writeUTF(rule.value().host());
            out.writeUTF(rule.value().container());
            out.writeBoolean(rule.value().readonly());
            out.writeUTF(rule.reason());
        }
        Profile.Network network = profile.network();
        writeFlag(network.allow(), out);
        writeTexts(network.allowDomains(), out);
        out.writeShort(network.allowPorts().size());
        for (Rule<Integer> port : network.allowPorts()) {
            out.writeInt(port.value());
            out.writeUTF(port.reason());
        }
        writeFlag(network.allowDns(), out);
        Profile.ProcessRules process = profile.process();
        writeFlag(process.pidNamespace(), out);
        writeFlag(process.noNewPrivileges(), out);
        writeTexts(process.commandAllowlist(), out);
        SeccompPolicy seccomp = process.seccomp().value();
        out.writeUTF(seccomp.preset().name());
        out.writeUTF(seccomp.action().name());
        out.writeShort(seccomp.allowSyscalls().size());
        for (String call : seccomp.allowSyscalls()) {
            out.writeUTF(call);
        }
        out.writeUTF(process.seccomp().reason());
        Profile.Resources resources = profile.resources();
        writeNumber(resources.maxMemoryMb(), out);
        writeNumber(resources.maxCpuPercent(), out);
        writeNumber(resources.maxPids(), out);
        writeNumber(resources.maxFileDescriptors(), out);
        writeNumber(resources.maxDiskWriteMb(), out);
        Profile.Plugins plugins = profile.plugins();
        writeFlag(plugins.skipPermissions(), out);
        writeTexts(plugins.addDirs(), out);
        writeTexts(plugins.disallowedTools(), out);
        writeTexts(plugins.mcpNetworkDomains(), out);
        writeTexts(profile.recording().redact(), out);
        writeTexts(profile.recording().environment(), out);
        out.writeUTF(profile.recording().dependencies().value().name());
        out.writeUTF(profile.recording().dependencies().reason());
        for (Layer layer : Layer.values()) {
            Rule<Requirement> requirement = profile.layers().get(layer);
            if (requirement == null) {
                throw new IllegalStateException("a profile has a requirement for every layer, not for " + layer);
            }
            out.writeUTF(requirement.value().name());
            out.writeUTF(requirement.reason());
        }
    }

    /** Reads what {@link #write} wrote. */
    static Profile read(DataInputStream in, String origin) throws IOException {
        String name = in.readUTF();
        String description = in.readUTF();
        Digest digest = new Digest(DigestAlgorithm.SHA256, in.readUTF());
        Profile.Filesystem filesystem =
                new Profile.Filesystem(readTexts(in), readTexts(in), readTexts(in), readTexts(in), readMounts(in));
        Profile.Network network = new Profile.Network(readFlag(in), readTexts(in), readPorts(in), readFlag(in));
        Profile.ProcessRules process =
                new Profile.ProcessRules(readFlag(in), readFlag(in), readTexts(in), readSeccomp(in));
        Profile.Resources resources =
                new Profile.Resources(readNumber(in), readNumber(in), readNumber(in), readNumber(in), readNumber(in));
        Profile.Plugins plugins = new Profile.Plugins(readFlag(in), readTexts(in), readTexts(in), readTexts(in));
        Profile.Recording recording = new Profile.Recording(
                readTexts(in),
                readTexts(in),
                new Rule<>(constant(DependencyDetail.values(), in.readUTF()), in.readUTF()));
        Map<Layer, Rule<Requirement>> layers = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            layers.put(layer, new Rule<>(constant(Requirement.values(), in.readUTF()), in.readUTF()));
        }
        return new Profile(
                name, description, origin, digest, filesystem, network, process, resources, plugins, recording, layers);
    }

    private static void writeFlag(Rule<Boolean> rule, DataOutputStream out) throws IOException {
        out.writeBoolean(rule.value());
        out.writeUTF(rule.reason());
    }

    private static Rule<Boolean> readFlag(DataInputStream in) throws IOException {
        return new Rule<>(in.readBoolean(), in.readUTF());
    }

    private static void writeNumber(Rule<Long> rule, DataOutputStream out) throws IOException {
        out.writeLong(rule.value());
        out.writeUTF(rule.reason());
    }

    private static Rule<Long> readNumber(DataInputStream in) throws IOException {
        return new Rule<>(in.readLong(), in.readUTF());
    }

    private static void writeTexts(List<Rule<String>> rules, DataOutputStream out) throws IOException {
        out.writeShort(rules.size());
        for (Rule<String> rule : rules) {
            out.writeUTF(rule.value());
            out.writeUTF(rule.reason());
        }
    }

    private static List<Rule<String>> readTexts(DataInputStream in) throws IOException {
        int size = in.readUnsignedShort();
        List<Rule<String>> rules = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            rules.add(new Rule<>(in.readUTF(), in.readUTF()));
        }
        return rules;
    }

    private static List<Rule<Profile.BindMount>> readMounts(DataInputStream in) throws IOException {
        int size = in.readUnsignedShort();
        List<Rule<Profile.BindMount>> rules = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            rules.add(new Rule<>(new Profile.BindMount(in.readUTF(), in.readUTF(), in.readBoolean()), in.readUTF()));
        }
        return rules;
    }

    private static List<Rule<Integer>> readPorts(DataInputStream in) throws IOException {
        int size = in.readUnsignedShort();
        List<Rule<Integer>> rules = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            rules.add(new Rule<>(in.readInt(), in.readUTF()));
        }
        return rules;
    }

    private static Rule<SeccompPolicy> readSeccomp(DataInputStream in) throws IOException {
        SeccompPolicy.Preset preset = constant(SeccompPolicy.Preset.values(), in.readUTF());
        SeccompPolicy.Action action = constant(SeccompPolicy.Action.values(), in.readUTF());
        int size = in.readUnsignedShort();
        List<String> calls = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            calls.add(in.readUTF());
        }
        return new Rule<>(new SeccompPolicy(preset, action, calls), in.readUTF());
    }

    /** What {@code Enum.valueOf} does, without the reflection that it starts with. */
    private static <E extends Enum<E>> E constant(E[] constants, String name) throws IOException {
        for (E each : constants) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        throw new IOException("no constant " + name + "; the compiled profile is not of this build");
    }
}
