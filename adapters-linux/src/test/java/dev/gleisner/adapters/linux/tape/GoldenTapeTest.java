package dev.gleisner.adapters.linux.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.adapters.linux.landlock.LandlockAbi;
import dev.gleisner.adapters.linux.landlock.LandlockPlan;
import dev.gleisner.adapters.linux.landlock.Layout;
import dev.gleisner.adapters.linux.seccomp.SeccompFilter;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.sandbox.Identity;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.contract.FakeHostView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same policy on the same invented host gives the same tape. {@code -Dgolden.update=true} rewrites the files. */
class GoldenTapeTest {
    private static final Path GOLDEN = Path.of("src/test/resources/dev/gleisner/adapters/linux/tape");

    private static FakeHostView host() {
        return FakeHostView.mergedUsr().file("/proc/keys").file("/proc/kcore");
    }

    private static SandboxSpec spec(Requirement requirement, List<Mount> mounts, NetworkAccess network) {
        Map<Layer, Requirement> layers = new EnumMap<>(Layer.class);
        for (Layer layer : Layer.values()) {
            layers.put(layer, requirement);
        }
        return new SandboxSpec(
                "golden",
                Digest.sha256(new byte[0]),
                List.of("/usr/bin/sh", "-c", "echo \"hi\""),
                "/home/user/project",
                "/home/user/project",
                Map.of("PATH", "/usr/bin", "HOME", "/home/user"),
                new Identity(1000, 1000, "user", "/home/user", "sandbox"),
                mounts,
                network,
                new dev.gleisner.domain.profile.SeccompPolicy(
                        dev.gleisner.domain.profile.SeccompPolicy.Preset.BASELINE,
                        dev.gleisner.domain.profile.SeccompPolicy.Action.ERRNO,
                        List.of()),
                new ResourceLimits(1L << 30, 100, 256, 1024, 1L << 30),
                layers);
    }

    private static List<Mount> mounts() {
        return List.of(
                new Mount.Bind("/usr", "/usr", true, "programs"),
                new Mount.Symlink("/bin", "usr/bin", "merged /usr"),
                new Mount.Bind("/etc", "/etc", true, "settings"),
                new Mount.MaskFile("/etc/shadow", "secret"),
                new Mount.MaskDirectory("/etc/ssl/private", "secret"),
                new Mount.Tmpfs("/home/user", 0, 0700, "private home"),
                new Mount.Bind("/home/user/project", "/home/user/project", false, "the project"),
                new Mount.Bind("/home/user/project/src", "/home/user/project/src", true, "sources"),
                new Mount.SyntheticFile("/home/user/.gitconfig", "[user]\n\tname = user\n", "identity"),
                new Mount.Tmpfs("/tmp", 1 << 20, 01777, "scratch"));
    }

    private static Tape tape(SandboxSpec spec, boolean terminal) throws Exception {
        FakeHostView host = host();
        HostFacts facts = new HostFacts(host, 4242, 1000, 2000, 512, -1, 100);
        return NativeTape.of(
                spec,
                facts,
                new Confinement(
                        Optional.of(LandlockPlan.of(spec, LandlockAbi.of(7, 0), Layout.standard(host::kind))),
                        SeccompFilter.build(
                                SeccompPolicy.of(SeccompPolicy.Preset.BASELINE, SeccompPolicy.Action.ERRNO)),
                        Optional.of("/sys/fs/cgroup/gleisner-1"),
                        new Confinement.Stdio(terminal, terminal, terminal),
                        Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "best-effort", "terminal", "host-network", "none"})
    void matchesTheGoldenFile(String name) throws Exception {
        List<String> printed = TapePrinter.print(
                switch (name) {
                    case "required" ->
                        tape(spec(Requirement.REQUIRED, mounts(), new NetworkAccess.Isolated(List.of())), false);
                    case "best-effort" ->
                        tape(spec(Requirement.BEST_EFFORT, mounts(), new NetworkAccess.Isolated(List.of())), false);
                    case "terminal" ->
                        tape(spec(Requirement.REQUIRED, mounts(), new NetworkAccess.Isolated(List.of())), true);
                    case "host-network" ->
                        tape(spec(Requirement.REQUIRED, mounts(), new NetworkAccess.Host(List.of(443))), false);
                    default ->
                        NoneTape.of(
                                spec(Requirement.OFF, mounts(), new NetworkAccess.Isolated(List.of())),
                                Confinement.Stdio.PLAIN,
                                Optional.empty());
                });
        Path golden = GOLDEN.resolve(name + ".tape");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.write(golden, printed);
        }
        assertThat(printed).isEqualTo(Files.readAllLines(golden));
    }

    @Test
    void encodesTheSameBytesEveryTime() throws Exception {
        SandboxSpec spec = spec(Requirement.REQUIRED, mounts(), new NetworkAccess.Isolated(List.of()));
        byte[] bytes = TapeEncoder.encode(tape(spec, true));
        assertThat(TapeEncoder.encode(tape(spec, true))).isEqualTo(bytes);
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(header.getInt(0)).isEqualTo(0x31544c47);
        assertThat(header.getInt(4)).isEqualTo(tape(spec, true).ops().size());
        assertThat(header.getInt(8)).isEqualTo(bytes.length);
    }

    /** Every pointer and cell of the encoded tape lies in its data area. */
    @Test
    void pointsOnlyIntoItself() throws Exception {
        Tape tape = tape(spec(Requirement.REQUIRED, mounts(), new NetworkAccess.Isolated(List.of())), true);
        ByteBuffer bytes = ByteBuffer.wrap(TapeEncoder.encode(tape)).order(ByteOrder.LITTLE_ENDIAN);
        int data = 16 + 64 * tape.ops().size();
        for (int i = 0; i < tape.ops().size(); i++) {
            int at = 16 + 64 * i;
            int keep = bytes.getInt(at + 4);
            assertThat(keep == 0 || keep >= data && keep <= bytes.capacity() - 4)
                    .isTrue();
            List<Arg> args = tape.ops().get(i).args();
            for (int n = 0; n < args.size(); n++) {
                if (!(args.get(n) instanceof Arg.Plain || args.get(n) instanceof Arg.Named)) {
                    assertThat(bytes.getLong(at + 8 + 8 * n) - TapeEncoder.BASE)
                            .isBetween((long) data, (long) bytes.capacity());
                }
            }
        }
    }

    @Test
    void refusesALinkInADirectoryOfTheHost() {
        List<Mount> mounts = new ArrayList<>(mounts());
        mounts.add(new Mount.Symlink("/etc/new", "x", "not ours"));
        assertThatThrownBy(() -> tape(spec(Requirement.REQUIRED, mounts, new NetworkAccess.Isolated(List.of())), false))
                .isInstanceOf(GleisnerException.BadInput.class);
    }

    @Test
    void refusesAMountBelowAMask() {
        List<Mount> mounts = new ArrayList<>(mounts());
        mounts.add(new Mount.Bind("/opt", "/etc/ssl/private/opt", true, "below a mask"));
        assertThatThrownBy(() -> tape(spec(Requirement.REQUIRED, mounts, new NetworkAccess.Isolated(List.of())), false))
                .isInstanceOf(GleisnerException.BadInput.class)
                .hasMessageContaining("/etc/ssl/private");
    }
}
