package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.SeccompPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A profile for tests; starts with the system directories, a private /tmp and no network. */
final class InventedProfile {
    private final List<Rule<String>> readonly = new ArrayList<>();
    private final List<Rule<String>> readwrite = new ArrayList<>();
    private final List<Rule<String>> deny = new ArrayList<>();
    private final List<Rule<String>> tmpfs = new ArrayList<>();
    private final List<Rule<Profile.BindMount>> extra = new ArrayList<>();
    private final List<Rule<String>> domains = new ArrayList<>();
    private final List<Rule<String>> commands = new ArrayList<>();
    private final List<Rule<Integer>> ports = new ArrayList<>();
    private boolean allowNetwork;
    private final Map<Layer, Rule<Requirement>> layers = new EnumMap<>(Layer.class);

    InventedProfile() {
        readonly("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/opt");
        tmpfs("/tmp", "/var/tmp", "/run");
        deny("~/.ssh");
    }

    InventedProfile readonly(String... paths) {
        return add(readonly, paths);
    }

    InventedProfile readwrite(String... paths) {
        return add(readwrite, paths);
    }

    InventedProfile deny(String... paths) {
        return add(deny, paths);
    }

    InventedProfile tmpfs(String... paths) {
        return add(tmpfs, paths);
    }

    InventedProfile domains(String... names) {
        return add(domains, names);
    }

    InventedProfile commands(String... names) {
        return add(commands, names);
    }

    InventedProfile extra(String host, String container, boolean locked) {
        extra.add(Rule.bare(new Profile.BindMount(host, container, locked)));
        return this;
    }

    InventedProfile allowNetwork(Integer... onlyPorts) {
        allowNetwork = true;
        for (Integer port : onlyPorts) {
            ports.add(Rule.bare(port));
        }
        return layer(Layer.NETWORK_NAMESPACE, Requirement.OFF);
    }

    InventedProfile layer(Layer layer, Requirement requirement) {
        layers.put(layer, Rule.bare(requirement));
        return this;
    }

    private InventedProfile add(List<Rule<String>> rules, String... values) {
        for (String value : values) {
            rules.add(Rule.bare(value));
        }
        return this;
    }

    Profile build() {
        return new Profile(
                "invented",
                "for tests",
                "test",
                Digest.sha256("invented".getBytes(StandardCharsets.UTF_8)),
                new Profile.Filesystem(readonly, readwrite, deny, tmpfs, extra),
                new Profile.Network(Rule.bare(allowNetwork), domains, ports, Rule.bare(true)),
                new Profile.ProcessRules(
                        Rule.bare(true),
                        Rule.bare(true),
                        commands,
                        Rule.bare(
                                new SeccompPolicy(SeccompPolicy.Preset.NODEJS, SeccompPolicy.Action.ERRNO, List.of()))),
                new Profile.Resources(
                        Rule.bare(4096L), Rule.bare(100L), Rule.bare(256L), Rule.bare(1024L), Rule.bare(10240L)),
                new Profile.Plugins(Rule.bare(true), List.of(), List.of(), List.of()),
                Profile.Recording.DEFAULT,
                layers);
    }
}
