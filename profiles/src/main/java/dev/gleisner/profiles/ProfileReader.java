package dev.gleisner.profiles;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.DependencyDetail;
import dev.gleisner.domain.profile.DomainPattern;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.RulePath;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.profile.VariableName;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.profiles.Section.Found;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * Reads a profile strictly: an unknown key, a wrong type and rules that contradict each other are mistakes, and all of
 * them are reported at once with line and column. What is left out gets the stricter meaning.
 *
 * @spec https://toml.io/en/v1.0.0 TOML 1.0
 */
final class ProfileReader {
    /** A profile that a person wrote is a few KiB; the parser's time grows with the size. */
    static final int LARGEST_BYTES = 64 * 1024;

    private static final long MOST_MEBIBYTES = 1_000_000_000L;
    private static final long MOST_CPU_PERCENT = 1_000_000L;
    /** PID_MAX_LIMIT of 64-bit kernels. */
    private static final long MOST_PIDS = 4_194_304L;

    private static final long MOST_DESCRIPTORS = 1L << 30;
    private static final int MOST_PORT = 65_535;

    private final String file;
    private final Mistakes mistakes;

    private ProfileReader(String file) {
        this.file = file;
        this.mistakes = new Mistakes(file);
    }

    /**
     * Reads the bytes of a profile file.
     *
     * @param bytes the content
     * @param expectedName the name that the file's name gives it
     * @param file how errors call the file
     * @param origin {@link Profile#origin}
     * @throws GleisnerException.BadInput with everything that is wrong
     */
    static Profile read(byte[] bytes, String expectedName, String file, String origin)
            throws GleisnerException.BadInput {
        return new ProfileReader(file).read(bytes, expectedName, origin);
    }

    private Profile read(byte[] bytes, String expectedName, String origin) throws GleisnerException.BadInput {
        TomlParseResult toml = parse(decode(bytes));
        Section root = Section.root(toml, mistakes);
        String name = root.text("name");
        String description = root.text("description");
        if (!name.isEmpty() && !name.equals(expectedName)) {
            mistakes.add(
                    root.positionOf("name"),
                    "name is \"" + name + "\", but the file's name makes it \"" + expectedName + "\"");
        }
        if (root.has("description") && (description.isBlank() || description.indexOf('\n') >= 0)) {
            mistakes.add(
                    root.positionOf("description"), "the description is one line that says what the profile is for");
        }
        Section layers = root.child("layers", false);
        Map<Layer, Rule<Requirement>> requirements = layers(layers);
        Profile profile = new Profile(
                name,
                description,
                origin,
                Digest.sha256(bytes),
                filesystem(root.child("filesystem", true)),
                network(root.child("network", true), layers, requirements),
                process(root.child("process", true), layers, requirements),
                resources(root.child("resources", true)),
                plugins(root.child("plugins", false)),
                recording(root.child("record", false)),
                requirements);
        contradictions(root, profile);
        root.done();
        if (mistakes.any()) {
            throw mistakes.asException();
        }
        return profile;
    }

    private String decode(byte[] bytes) throws GleisnerException.BadInput {
        if (bytes.length > LARGEST_BYTES) {
            throw whole(
                    "it has " + bytes.length + " bytes and a profile has at most " + LARGEST_BYTES,
                    "split what it is for, or name directories instead of files");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw whole("it is not text in UTF-8", "save it as UTF-8");
        }
    }

    private TomlParseResult parse(String text) throws GleisnerException.BadInput {
        TomlParseResult toml;
        try {
            toml = Toml.parse(text);
        } catch (RuntimeException e) {
            throw whole("the TOML parser gave up: " + e, "write plain TOML 1.0");
        } catch (StackOverflowError e) {
            throw whole("its brackets are nested too deeply", "write plain TOML 1.0");
        }
        for (TomlParseError error : toml.errors()) {
            mistakes.add(error.position(), String.valueOf(error.getMessage()));
        }
        if (mistakes.any()) {
            throw mistakes.asException();
        }
        return toml;
    }

    private GleisnerException.BadInput whole(String why, String fix) {
        return new GleisnerException.BadInput("cannot read profile " + file, why, fix);
    }

    private Map<Layer, Rule<Requirement>> layers(Section section) {
        List<String> words = new ArrayList<>();
        for (Requirement each : Requirement.values()) {
            words.add(each.key());
        }
        Map<Layer, Rule<Requirement>> requirements = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            Rule<String> word = section.word(layer.key(), words, Requirement.REQUIRED.key());
            if (section.has(layer.key())) {
                requirements.put(
                        layer, new Rule<>(Requirement.byKey(word.value()).orElse(Requirement.REQUIRED), word.reason()));
            }
        }
        section.done();
        return requirements;
    }

    private Profile.Filesystem filesystem(Section section) {
        List<Found<String>> readonly = paths(section, "readonly_bind");
        List<Found<String>> readwrite = paths(section, "readwrite_bind");
        List<Found<String>> deny = paths(section, "deny");
        List<Found<String>> tmpfs = paths(section, "tmpfs");
        List<Rule<Profile.BindMount>> extra = new ArrayList<>();
        List<Found<String>> containers = new ArrayList<>();
        for (Section mount : section.tables("extra_bind_mounts")) {
            String host = mount.text("host");
            String container = mount.text("container");
            boolean readOnly = mount.flag("readonly", true).value();
            mount.done();
            path(host, mount.positionOf("host"), false);
            path(container, mount.positionOf("container"), false);
            containers.add(new Found<>(Rule.bare(container), mount.positionOf("container")));
            extra.add(new Rule<>(new Profile.BindMount(host, container, readOnly), mount.reason()));
        }
        section.done();

        same(readwrite, "readwrite_bind", readonly, "readonly_bind");
        same(tmpfs, "tmpfs", readonly, "readonly_bind");
        same(tmpfs, "tmpfs", readwrite, "readwrite_bind");
        same(containers, "extra_bind_mounts", readonly, "readonly_bind");
        same(containers, "extra_bind_mounts", readwrite, "readwrite_bind");
        same(containers, "extra_bind_mounts", tmpfs, "tmpfs");
        hidden(readonly, "readonly_bind", deny);
        hidden(readwrite, "readwrite_bind", deny);
        hidden(tmpfs, "tmpfs", deny);
        hidden(containers, "extra_bind_mounts", deny);
        return new Profile.Filesystem(
                Found.rules(readonly), Found.rules(readwrite), Found.rules(deny), Found.rules(tmpfs), extra);
    }

    private List<Found<String>> paths(Section section, String key) {
        List<Found<String>> paths = section.texts(key);
        for (Found<String> each : paths) {
            path(each.rule().value(), each.at(), key.equals("deny"));
        }
        return paths;
    }

    private void path(String path, TomlPosition at, boolean denied) {
        Optional<String> problem = RulePath.problem(path);
        if (problem.isPresent()) {
            mistakes.add(at, "\"" + path + "\": " + problem.get());
        } else if (path.equals("/")) {
            mistakes.add(at, "\"/\" is the whole host; name the directories that are meant");
        } else if (path.equals("~") && !denied) {
            mistakes.add(at, "\"~\" is private and empty inside; name what of it the command needs");
        } else if (RulePath.within(path, "/proc") || RulePath.within(path, "/dev")) {
            mistakes.add(at, "\"" + path + "\": the sandbox has a /proc and a /dev of its own");
        }
    }

    /** Reports paths that stand in both lists. */
    private void same(List<Found<String>> one, String oneKey, List<Found<String>> other, String otherKey) {
        for (Found<String> each : one) {
            for (Found<String> match : other) {
                if (each.rule().value().equals(match.rule().value())) {
                    mistakes.add(
                            each.at(),
                            "\"" + each.rule().value() + "\" is in " + oneKey + " and in " + otherKey + " (line "
                                    + match.at().line() + "); keep one of the two");
                }
            }
        }
    }

    /** Reports paths that a deny rule hides altogether. */
    private void hidden(List<Found<String>> shown, String key, List<Found<String>> deny) {
        for (Found<String> each : shown) {
            for (Found<String> denied : deny) {
                if (RulePath.within(each.rule().value(), denied.rule().value())) {
                    mistakes.add(
                            each.at(),
                            "\"" + each.rule().value() + "\" in " + key + " is hidden by \""
                                    + denied.rule().value() + "\" in deny (line "
                                    + denied.at().line() + "); keep one of the two");
                }
            }
        }
    }

    private Profile.Network network(Section section, Section layers, Map<Layer, Rule<Requirement>> requirements) {
        Rule<String> standard = section.word("default", List.of("deny", "allow"), "");
        boolean allow = standard.value().equals("allow");
        List<Found<String>> domains = domains(section, "allow_domains");
        List<Found<Integer>> ports = section.numbers("allow_ports", MOST_PORT);
        Rule<Boolean> dns = section.flag("allow_dns", false);
        section.done();
        if (!domains.isEmpty()) {
            if (allow) {
                mistakes.add(
                        section.positionOf("allow_domains"),
                        "allow_domains with default = \"allow\" limits nothing; use default = \"deny\" or leave it empty");
            } else if (!dns.value()) {
                mistakes.add(
                        section.positionOf("allow_domains"),
                        "allow_domains without allow_dns = true reaches nothing: the names cannot be resolved");
            }
        }
        if (section.has("default")) {
            agree(
                    layers,
                    requirements,
                    Layer.NETWORK_NAMESPACE,
                    !allow,
                    "default = \"" + standard.value() + "\" in network",
                    "the profile shares the host's network");
        }
        return new Profile.Network(new Rule<>(allow, standard.reason()), Found.rules(domains), Found.rules(ports), dns);
    }

    private List<Found<String>> domains(Section section, String key) {
        List<Found<String>> domains = section.texts(key);
        for (Found<String> each : domains) {
            Optional<String> problem = DomainPattern.problem(each.rule().value());
            if (problem.isPresent()) {
                mistakes.add(each.at(), "\"" + each.rule().value() + "\": " + problem.get());
            }
        }
        return domains;
    }

    private Profile.ProcessRules process(Section section, Section layers, Map<Layer, Rule<Requirement>> requirements) {
        Rule<Boolean> pidNamespace = section.flag("pid_namespace", true);
        Rule<Boolean> noNewPrivileges = section.flag("no_new_privileges", true);
        List<Found<String>> commands = section.texts("command_allowlist");
        for (Found<String> each : commands) {
            String command = each.rule().value();
            if (command.indexOf('/') >= 0 || command.startsWith("~")) {
                path(command, each.at(), false);
            } else if (command.isBlank()) {
                mistakes.add(
                        each.at(),
                        "an item of command_allowlist is empty; to allow every command leave the list empty");
            }
        }
        if (section.has("pid_namespace")) {
            agree(
                    layers,
                    requirements,
                    Layer.PID_NAMESPACE,
                    pidNamespace.value(),
                    "pid_namespace = " + pidNamespace.value() + " in process",
                    "the profile asks for no pid namespace");
        }
        if (!noNewPrivileges.value()
                && (!requirements.containsKey(Layer.CAPABILITIES)
                        || requirements.get(Layer.CAPABILITIES).value() != Requirement.OFF)) {
            mistakes.add(
                    section.positionOf("no_new_privileges"),
                    "no_new_privileges = false contradicts the layer capabilities, which is required;"
                            + " a command that may gain privileges needs capabilities = \"off\" in layers");
        }
        Rule<SeccompPolicy> seccomp = seccomp(section.child("seccomp", false), layers, requirements);
        section.done();
        return new Profile.ProcessRules(pidNamespace, noNewPrivileges, Found.rules(commands), seccomp);
    }

    private Rule<SeccompPolicy> seccomp(Section section, Section layers, Map<Layer, Rule<Requirement>> requirements) {
        Map<String, SeccompPolicy.Preset> presets = new LinkedHashMap<>();
        for (SeccompPolicy.Preset each : SeccompPolicy.Preset.values()) {
            presets.put(each.key(), each);
        }
        Map<String, SeccompPolicy.Action> actions = new LinkedHashMap<>();
        for (SeccompPolicy.Action each : SeccompPolicy.Action.values()) {
            actions.put(each.key(), each);
        }
        Rule<String> presetWord = section.word("preset", presets.keySet(), SeccompPolicy.Preset.BASELINE.key());
        Rule<String> actionWord = section.word("default_action", actions.keySet(), SeccompPolicy.Action.ERRNO.key());
        SeccompPolicy.Preset preset = presets.getOrDefault(presetWord.value(), SeccompPolicy.Preset.BASELINE);
        SeccompPolicy.Action action = actions.getOrDefault(actionWord.value(), SeccompPolicy.Action.ERRNO);
        List<Found<String>> calls = section.texts("allow_syscalls");
        for (Found<String> each : calls) {
            if (!syscallName(each.rule().value())) {
                mistakes.add(each.at(), "\"" + each.rule().value() + "\" cannot be the name of a system call");
            }
        }
        section.done();
        if (preset == SeccompPolicy.Preset.CUSTOM && calls.isEmpty()) {
            mistakes.add(section.positionOf("preset"), "preset = \"custom\" with no allow_syscalls lets nothing start");
        }
        if (preset == SeccompPolicy.Preset.DISABLED && !calls.isEmpty()) {
            mistakes.add(
                    section.positionOf("allow_syscalls"), "allow_syscalls with preset = \"disabled\" limits nothing");
        }
        if (section.has("preset")) {
            agree(
                    layers,
                    requirements,
                    Layer.SECCOMP,
                    preset != SeccompPolicy.Preset.DISABLED,
                    "preset = \"" + preset.key() + "\" in process.seccomp",
                    "the profile asks for no system call filter");
        }
        String reason = presetWord.reason().isEmpty() ? actionWord.reason() : presetWord.reason();
        return new Rule<>(new SeccompPolicy(preset, action, Rule.values(Found.rules(calls))), reason);
    }

    private static boolean syscallName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_')) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= 64;
    }

    /**
     * A key that switches a whole layer decides that layer when {@code [layers]} does not name it; when it does, the
     * two must say the same.
     */
    private void agree(
            Section layers,
            Map<Layer, Rule<Requirement>> requirements,
            Layer layer,
            boolean wanted,
            String said,
            String reasonWhenOff) {
        Rule<Requirement> stated = requirements.get(layer);
        if (stated == null) {
            if (!wanted) {
                requirements.put(layer, new Rule<>(Requirement.OFF, reasonWhenOff));
            }
        } else if ((stated.value() != Requirement.OFF) != wanted) {
            mistakes.add(
                    layers.positionOf(layer.key()),
                    layer.key() + " = \"" + stated.value().key() + "\" contradicts " + said);
        }
    }

    private Profile.Resources resources(Section section) {
        Profile.Resources resources = new Profile.Resources(
                section.number("max_memory_mb", MOST_MEBIBYTES),
                section.number("max_cpu_percent", MOST_CPU_PERCENT),
                section.number("max_pids", MOST_PIDS),
                section.number("max_file_descriptors", MOST_DESCRIPTORS),
                section.number("max_disk_write_mb", MOST_MEBIBYTES));
        section.done();
        return resources;
    }

    private Profile.Plugins plugins(Section section) {
        Profile.Plugins plugins = new Profile.Plugins(
                section.flag("skip_permissions", false),
                Found.rules(paths(section, "add_dirs")),
                Found.rules(section.texts("disallowed_tools")),
                Found.rules(domains(section, "mcp_network_domains")));
        section.done();
        return plugins;
    }

    private Profile.Recording recording(Section section) {
        List<Found<String>> redact = section.texts("redact");
        for (Found<String> each : redact) {
            boolean anything = true;
            for (int i = 0; i < each.rule().value().length(); i++) {
                char c = each.rule().value().charAt(i);
                anything &= c == '*' || c == '?';
            }
            if (anything) {
                mistakes.add(
                        each.at(),
                        "\"" + each.rule().value() + "\" in redact would leave nothing to read in a record;"
                                + " write a pattern with letters");
            }
        }
        List<Found<String>> environment = section.texts("environment");
        for (Found<String> each : environment) {
            if (!VariableName.valid(each.rule().value())) {
                mistakes.add(
                        each.at(),
                        "\"" + each.rule().value() + "\" in environment is no name of a variable: letters, digits and"
                                + " underscores, not a digit first");
            }
        }
        List<String> words = new ArrayList<>();
        for (DependencyDetail each : DependencyDetail.values()) {
            words.add(each.key());
        }
        Rule<String> detail = section.word("dependencies", words, DependencyDetail.GROUPED.key());
        section.done();
        if (!section.has("dependencies")) {
            return new Profile.Recording(
                    Found.rules(redact), Found.rules(environment), Profile.Recording.DEFAULT.dependencies());
        }
        return new Profile.Recording(
                Found.rules(redact),
                Found.rules(environment),
                new Rule<>(DependencyDetail.byKey(detail.value()).orElse(DependencyDetail.GROUPED), detail.reason()));
    }

    /** Contradictions between tables. */
    private void contradictions(Section root, Profile profile) {
        if (!profile.plugins().mcpNetworkDomains().isEmpty()) {
            TomlPosition at = root.positionOf("plugins");
            if (profile.network().allow().value()) {
                mistakes.add(at, "mcp_network_domains with default = \"allow\" in network limits nothing");
            } else if (!profile.network().allowDns().value()) {
                mistakes.add(at, "mcp_network_domains without allow_dns = true in network reaches nothing");
            }
        }
        for (Rule<String> dir : profile.plugins().addDirs()) {
            for (Rule<String> denied : profile.filesystem().deny()) {
                if (RulePath.within(dir.value(), denied.value())) {
                    mistakes.add(
                            root.positionOf("plugins"),
                            "\"" + dir.value() + "\" in add_dirs is hidden by \"" + denied.value() + "\" in deny");
                }
            }
        }
    }
}
