package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.sandbox.Identity;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackendProvider;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Sandboxes of the native backend, for sensors to watch. */
final class RealSandbox {
    private RealSandbox() {}

    /** A line of shell that waits in a sandbox around {@code project}. */
    static StagedSandbox shell(Path project, boolean landlock, String line) throws GleisnerException, IOException {
        SandboxBackendProvider provider = ServiceLoader.load(SandboxBackendProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(each -> each.name().equals("native"))
                .findAny()
                .orElseThrow();
        Needs.feature("namespaces", provider.probe());
        return provider.create().stage(spec(project, landlock, List.of("/bin/sh", "-c", line)), OutputTaps.NONE);
    }

    private static SandboxSpec spec(Path project, boolean landlock, List<String> argv) throws IOException {
        List<Mount> mounts = new ArrayList<>();
        for (String name : List.of("usr", "bin", "sbin", "lib", "lib64", "etc")) {
            Path path = Path.of("/" + name);
            if (Files.isSymbolicLink(path)) {
                mounts.add(new Mount.Symlink(
                        path.toString(), Files.readSymbolicLink(path).toString(), "merged /usr"));
            } else if (Files.isDirectory(path)) {
                mounts.add(new Mount.Bind(path.toString(), path.toString(), true, "programs"));
            }
        }
        mounts.add(new Mount.Tmpfs("/tmp", 0, 01777, "scratch"));
        mounts.add(new Mount.Bind(project.toString(), project.toString(), false, "the project"));
        Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            boolean off = layer == Layer.CGROUPS || layer == Layer.LANDLOCK && !landlock;
            layers.put(layer, off ? Requirement.OFF : Requirement.REQUIRED);
        }
        int uid = (int) Kernel.raw(SysNr.GETUID, 0, 0, 0);
        return new SandboxSpec(
                "sensors",
                Digest.sha256(new byte[0]),
                argv,
                project.toString(),
                project.toString(),
                Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C"),
                new Identity(uid, (int) Kernel.raw(SysNr.GETGID, 0, 0, 0), "user", "/tmp", "sandbox"),
                mounts,
                new NetworkAccess.Isolated(List.of()),
                new SeccompPolicy(SeccompPolicy.Preset.BASELINE, SeccompPolicy.Action.ERRNO, List.of()),
                new ResourceLimits(1L << 30, 100, 256, 512, 1L << 30),
                layers);
    }
}
