package dev.gleisner.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BundledProfilesTest {
    static List<String> names() {
        return BundledProfiles.NAMES;
    }

    /** What is read at a start and what people read in the TOML must be the same. */
    @ParameterizedTest
    @MethodSource("names")
    void theCompiledFormIsTheToml(String name) throws GleisnerException {
        assertThat(BundledProfiles.load(name))
                .isEqualTo(
                        ProfileReader.read(BundledProfiles.toml(name), name, name + ".toml", BundledProfiles.ORIGIN));
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyRuleHasAReason(String name) throws Exception {
        List<String> lacking = new ArrayList<>();
        int rules = rulesWithoutReason(name, BundledProfiles.load(name), lacking);
        assertThat(rules).as("rules that were looked at").isGreaterThan(40);
        assertThat(lacking).as("rules of %s without a reason", name).isEmpty();
    }

    /** Walks every record, list and map, so that a new kind of rule is not forgotten. */
    private static int rulesWithoutReason(String where, Object value, List<String> lacking) throws Exception {
        int rules = 0;
        if (value instanceof Rule<?>(var _, var reason)) {
            rules++;
            if (reason.isBlank()) {
                lacking.add(where);
            }
        } else if (value instanceof List<?> list) {
            for (Object each : list) {
                rules += rulesWithoutReason(where + " " + each, each, lacking);
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> each : map.entrySet()) {
                rules += rulesWithoutReason(where + "." + each.getKey(), each.getValue(), lacking);
            }
        } else if (value instanceof Record) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                rules += rulesWithoutReason(
                        where + "." + component.getName(),
                        component.getAccessor().invoke(value),
                        lacking);
            }
        }
        return rules;
    }

    @Test
    void everyTomlInTheJarIsNamed() throws IOException {
        Path directory = Path.of("src/main/resources/dev/gleisner/profiles");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(BundledProfiles.NAMES.stream()
                            .map(name -> name + ".toml")
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void noneIsWeakerThanItsDescription(String name) {
        Profile profile = BundledProfiles.load(name);
        boolean open = name.equals("developer-open");
        assertThat(profile.network().allow().value()).isEqualTo(open);
        for (Layer layer : Layer.values()) {
            Requirement expected = layer == Layer.CGROUPS
                    ? Requirement.BEST_EFFORT
                    : layer == Layer.NETWORK_NAMESPACE && open ? Requirement.OFF : Requirement.REQUIRED;
            assertThat(profile.layers().get(layer).value()).as("%s", layer).isEqualTo(expected);
        }
        assertThat(Rule.values(profile.filesystem().deny())).contains("~/.ssh", "~/.aws", "~/.gnupg", "~/.docker");
        assertThat(profile.process().seccomp().value().preset()).isEqualTo(SeccompPolicy.Preset.NODEJS);
    }

    @Test
    void ashtonLavalIsTheTightest() {
        Profile tight = BundledProfiles.load("ashton-laval");
        assertThat(Rule.values(tight.network().allowDomains())).containsExactly("api.anthropic.com");
        assertThat(tight.process().seccomp().value().action()).isEqualTo(SeccompPolicy.Action.KILL);
        for (String name : BundledProfiles.NAMES) {
            Profile.Resources other = BundledProfiles.load(name).resources();
            assertThat(tight.resources().maxMemoryMb().value())
                    .isLessThanOrEqualTo(other.maxMemoryMb().value());
            assertThat(tight.resources().maxPids().value())
                    .isLessThanOrEqualTo(other.maxPids().value());
        }
    }
}
