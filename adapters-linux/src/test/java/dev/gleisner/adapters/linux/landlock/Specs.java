package dev.gleisner.adapters.linux.landlock;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.sandbox.Identity;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.domain.sandbox.SandboxSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Policies for tests. */
public final class Specs {
    /** Limits that no test reaches by accident. */
    public static final ResourceLimits LIMITS = new ResourceLimits(1L << 30, 150, 64, 1024, 1L << 30);

    private Specs() {}

    /** A policy with those mounts and that network. */
    public static SandboxSpec spec(NetworkAccess network, List<Mount> mounts) {
        Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            layers.put(layer, Requirement.REQUIRED);
        }
        return new SandboxSpec(
                "test",
                Digest.sha256(new byte[0]),
                List.of("/bin/true"),
                "/home/u/p",
                "/home/u/p",
                Map.of(),
                new Identity(1000, 1000, "u", "/home/u", "sandbox"),
                mounts,
                network,
                new SeccompPolicy(SeccompPolicy.Preset.DISABLED, SeccompPolicy.Action.ERRNO, List.of()),
                LIMITS,
                layers);
    }

    /** A policy with those mounts and an empty network. */
    public static SandboxSpec spec(Mount... mounts) {
        return spec(new NetworkAccess.Isolated(List.of()), List.of(mounts));
    }
}
