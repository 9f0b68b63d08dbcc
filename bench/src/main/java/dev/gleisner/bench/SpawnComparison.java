package dev.gleisner.bench;

import dev.gleisner.bindings.linux.linux_h;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.EvidenceStoreProvider;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostViewProvider;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.ProfileSourceProvider;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.SandboxBackendProvider;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.Launch;
import dev.gleisner.ports.usecase.SpecResolver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;

/**
 * From a warm JVM, spawn to exit of {@code /bin/true}: in our sandbox with all layers, in bubblewrap with the same
 * mounts and namespaces, and bare. The three are started by the same posix_spawn(3) and take turns, so that a noisy
 * machine disturbs them alike; what counts is the ratio of their medians.
 */
public final class SpawnComparison {
    private static final int WAIT4 = 61;
    private static final String TRUE = "/bin/true";

    /** Rounds before any is counted: after about so many the compiler has nothing left to do. */
    private static final int WARM_UP = 1000;

    private SpawnComparison() {}

    /** Arguments: number of rounds (default 500). */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 500;
        SandboxSpec spec = spec();
        SandboxBackend backend = Choice.named(
                        "sandbox backend",
                        ServiceLoader.load(SandboxBackendProvider.class).stream()
                                .map(ServiceLoader.Provider::get)
                                .toList(),
                        "native")
                .create();
        List<String> bwrap = bwrap(spec);
        System.out.println("bwrap for comparison: " + String.join(" ", bwrap));

        List<String> names = List.of("bare", "gleisner", "bwrap");
        List<Callable<Integer>> runs =
                List.of(() -> spawn(List.of(TRUE)), () -> gleisner(backend, spec), () -> spawn(bwrap));
        long[][] nanos = new long[names.size()][rounds];
        for (int round = -WARM_UP; round < rounds; round++) {
            for (int which = 0; which < names.size(); which++) {
                long start = System.nanoTime();
                int status = runs.get(which).call();
                long took = System.nanoTime() - start;
                if (status != 0) {
                    throw new IllegalStateException(names.get(which) + " ended with " + status);
                }
                if (round >= 0) {
                    nanos[which][round] = took;
                }
            }
        }
        for (long[] each : nanos) {
            Arrays.sort(each);
        }
        for (int which = 0; which < names.size(); which++) {
            System.out.printf(
                    "%-9s median %6.2f ms   p10 %6.2f   p90 %6.2f%n",
                    names.get(which),
                    nanos[which][rounds / 2] / 1e6,
                    nanos[which][rounds / 10] / 1e6,
                    nanos[which][rounds * 9 / 10] / 1e6);
        }
        System.out.printf("gleisner / bwrap = %.2f%n", (double) nanos[1][rounds / 2] / nanos[2][rounds / 2]);
    }

    private static SandboxSpec spec() throws GleisnerException {
        Launch launch = Launch.of(List.of(TRUE), Path.of("").toAbsolutePath().toString())
                .layer(Layer.CGROUPS, Requirement.OFF)
                .hide(first(EvidenceStoreProvider.class).create().root().toString())
                .build();
        return SpecResolver.resolve(
                        first(ProfileSourceProvider.class).create().load("konishi"),
                        launch,
                        first(HostViewProvider.class).create())
                .spec();
    }

    private static <P> P first(Class<P> port) {
        return ServiceLoader.load(port).findFirst().orElseThrow();
    }

    private static int gleisner(SandboxBackend backend, SandboxSpec spec)
            throws GleisnerException, InterruptedException {
        try (StagedSandbox sandbox = backend.stage(spec, OutputTaps.NONE)) {
            sandbox.release();
            return sandbox.await().exit().status();
        }
    }

    /** The same file tree for bubblewrap; it has no seccomp program, no Landlock and no probes to do. */
    private static List<String> bwrap(SandboxSpec spec) {
        List<String> words = new ArrayList<>(List.of(
                "/usr/bin/bwrap",
                "--unshare-all",
                "--new-session",
                "--die-with-parent",
                "--cap-drop",
                "ALL",
                "--clearenv",
                "--hostname",
                "gleisner"));
        for (Mount mount : spec.mounts()) {
            switch (mount) {
                case Mount.Bind bind ->
                    words.addAll(List.of(bind.readOnly() ? "--ro-bind" : "--bind", bind.source(), bind.target()));
                case Mount.Tmpfs tmpfs -> words.addAll(List.of("--tmpfs", tmpfs.target()));
                case Mount.MaskDirectory mask ->
                    words.addAll(List.of("--tmpfs", mask.target(), "--remount-ro", mask.target()));
                case Mount.MaskFile mask -> words.addAll(List.of("--ro-bind", "/dev/null", mask.target()));
                case Mount.Symlink link -> words.addAll(List.of("--symlink", link.linkTo(), link.target()));
                case Mount.SyntheticFile _ -> {
                    // bubblewrap wants a descriptor for each; leaving them out is in its favour
                }
            }
        }
        words.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--chdir", spec.workingDirectory(), TRUE));
        return words;
    }

    private static int spawn(List<String> words) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argv = arena.allocate(ValueLayout.ADDRESS, words.size() + 1L);
            for (int i = 0; i < words.size(); i++) {
                argv.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(words.get(i)));
            }
            MemorySegment environment = arena.allocate(ValueLayout.ADDRESS, 1);
            MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
            int error = linux_h.posix_spawn(
                    pid,
                    arena.allocateFrom(words.getFirst()),
                    MemorySegment.NULL,
                    MemorySegment.NULL,
                    argv,
                    environment);
            if (error != 0) {
                throw new IllegalStateException("posix_spawn of " + words.getFirst() + ": error " + error);
            }
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            linux_h.sys6(WAIT4, pid.get(ValueLayout.JAVA_INT, 0), status.address(), 0, 0, 0, 0);
            return status.get(ValueLayout.JAVA_INT, 0);
        }
    }
}
