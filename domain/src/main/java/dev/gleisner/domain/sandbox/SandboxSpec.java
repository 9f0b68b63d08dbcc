package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The effective policy of one run: a profile and the command line, fully resolved against one host. Nothing is
 * left to decide; a backend only carries it out.
 *
 * @param profileName the profile it came from
 * @param profileDigest SHA-256 of that profile's file
 * @param argv the command; the first word is an absolute path inside
 * @param workingDirectory where the command starts; below {@code projectRoot}
 * @param projectRoot the directory that the run is about, under the same path inside and outside
 * @param environment all the command gets, nothing is inherited
 * @param mounts the file tree, parents before children; the backend adds {@code /proc} and {@code /dev}
 */
public record SandboxSpec(
        String profileName,
        Digest profileDigest,
        List<String> argv,
        String workingDirectory,
        String projectRoot,
        Map<String, String> environment,
        Identity identity,
        List<Mount> mounts,
        NetworkAccess network,
        SeccompPolicy seccomp,
        ResourceLimits limits,
        Map<Layer, Requirement> layers) {

    public SandboxSpec {
        argv = List.copyOf(argv);
        if (argv.isEmpty() || !argv.getFirst().startsWith("/")) {
            throw new IllegalArgumentException("the command must start with an absolute path"); // words may be secrets
        }
        environment = Map.copyOf(environment);
        mounts = List.copyOf(mounts);
        layers = Map.copyOf(layers);
        for (Layer layer : Layer.values()) {
            if (!layers.containsKey(layer)) {
                throw new IllegalArgumentException("no requirement for layer " + layer.key());
            }
        }
    }

    /** The same policy as it is shown, with {@code words} in place of the command. */
    public SandboxSpec withCommand(List<String> words) {
        return new SandboxSpec(
                profileName,
                profileDigest,
                words,
                workingDirectory,
                projectRoot,
                environment,
                identity,
                mounts,
                network,
                seccomp,
                limits,
                layers);
    }

    /** What is asked for that layer. */
    public Requirement requirement(Layer layer) {
        return Objects.requireNonNull(layers.get(layer), "the constructor checked every layer");
    }

    /** Whether that layer is asked for, be it only as best effort. */
    public boolean wants(Layer layer) {
        return requirement(layer) != Requirement.OFF;
    }

    /**
     * The effective policy as JSON. Of the environment only the names are in it: values may be secrets.
     */
    public Json.Obj toJson() {
        Map<String, Json> layerWords = new TreeMap<>();
        layers.forEach((layer, requirement) -> layerWords.put(layer.key(), Json.of(requirement.key())));
        return Json.object()
                .put("profile", Json.object().put("name", profileName).put("digest", profileDigest.toJson()))
                .put("argv", Json.strings(argv))
                .put("workingDirectory", workingDirectory)
                .put("projectRoot", projectRoot)
                .put(
                        "environmentNames",
                        Json.strings(environment.keySet().stream()
                                .sorted(Comparator.naturalOrder())
                                .toList()))
                .put("identity", identity.toJson())
                .put("mounts", Json.array(mounts, Mount::toJson))
                .put("network", network.toJson())
                .put("seccomp", seccomp.toJson())
                .put("limits", limits.toJson())
                .put("layers", new Json.Obj(layerWords))
                .build();
    }

    /** SHA-256 of the canonical form of {@link #toJson()}. */
    public Digest digest() {
        return Digest.sha256(CanonicalJson.bytes(toJson()));
    }
}
