package dev.gleisner.adapters.linux.landlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.sandbox.LayerReport;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.Availability;
import dev.gleisner.ports.HostView.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules on invented kernels; no kernel is asked. */
class LandlockPlanTest {
    private static final Map<String, Kind> HOST = Map.of(
            "/usr", Kind.DIRECTORY,
            "/etc", Kind.DIRECTORY,
            "/home/u/p", Kind.DIRECTORY,
            "/home/u/.gitconfig", Kind.FILE,
            "/home/u/p/.git/config", Kind.FILE,
            "/run/agent.sock", Kind.OTHER,
            "/dev/kvm", Kind.OTHER);
    private static final Layout LAYOUT = Layout.standard(path -> Optional.ofNullable(HOST.get(path)));

    private static final SandboxSpec ORDINARY = Specs.spec(
            new Mount.Bind("/usr", "/usr", true, "programs"),
            new Mount.Symlink("/bin", "usr/bin", "programs"),
            new Mount.Bind("/etc", "/etc", true, "configuration"),
            new Mount.MaskFile("/etc/shadow", "secret"),
            new Mount.SyntheticFile("/etc/passwd", "u:x:1000:1000::/home/u:/bin/sh\n", "one user"),
            new Mount.Tmpfs("/tmp", 0, 01777, "scratch"),
            new Mount.Tmpfs("/home/u", 0, 0700, "private home"),
            new Mount.Bind("/home/u/.gitconfig", "/home/u/.gitconfig", true, "git"),
            new Mount.Bind("/home/u/p", "/home/u/p", false, "project"),
            new Mount.Bind("/home/u/p/.git/config", "/home/u/p/.git/config", true, "persistence"),
            new Mount.MaskDirectory("/home/u/p/.gleisner", "evidence"));

    private static LandlockPlan plan(SandboxSpec spec, int abi) {
        return LandlockPlan.of(spec, LandlockAbi.of(abi, 0), LAYOUT);
    }

    private static Optional<PathRule> rule(LandlockPlan plan, String path) {
        return plan.paths().stream().filter(each -> each.path().equals(path)).findFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0x1fff, 0, 0, 8",
        "2, 0x3fff, 0, 0, 8",
        "3, 0x7fff, 0, 0, 8",
        "4, 0x7fff, 0, 0, 16",
        "5, 0xffff, 0, 0, 16",
        "6, 0xffff, 3, 0, 24",
        "7, 0xffff, 3, 3, 24",
        "8, 0xffff, 3, 3, 24",
        "9, 0x1ffff, 3, 3, 24",
        "10, 0x1ffff, 3, 3, 48",
        "11, 0x1ffff, 3, 3, 48"
    })
    void everyAbiGetsWhatItKnows(int abi, String handledFs, long scoped, long flags, int size) {
        LandlockPlan plan = plan(ORDINARY, abi);
        assertThat(plan.handledAccessFs()).isEqualTo(Long.decode(handledFs));
        assertThat(plan.handledAccessNet()).isZero();
        assertThat(plan.scoped()).isEqualTo(scoped);
        assertThat(plan.restrictFlags()).isEqualTo(flags);
        assertThat(plan.rulesetAttr()).hasSize(size);
        assertThat(plan.state()).isEqualTo(abi < 6 ? LayerReport.State.PARTIAL : LayerReport.State.ENFORCED);
        assertThat(plan.missing()).hasSize(abi < 3 ? 2 : abi < 6 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void noRuleAsksForWhatTheKernelRefuses(int abi) {
        SandboxSpec spec = Specs.spec(
                new NetworkAccess.Host(List.of(443)),
                List.of(
                        new Mount.Bind("/usr", "/usr", true, "x"),
                        new Mount.Bind("/dev/kvm", "/dev/kvm", false, "x"),
                        new Mount.Bind("/run/agent.sock", "/run/agent.sock", true, "x"),
                        new Mount.Bind("/home/u/.gitconfig", "/home/u/.gitconfig", false, "x"),
                        new Mount.SyntheticFile("/etc/hosts", "", "x"),
                        new Mount.Tmpfs("/tmp", 0, 0, "x")));
        LandlockPlan plan = plan(spec, abi);
        for (PathRule rule : plan.paths()) {
            assertThat(rule.access()).as(rule.path()).isNotZero();
            assertThat(rule.access() & ~plan.handledAccessFs()).as(rule.path()).isZero();
            if (!rule.directory()) {
                assertThat(rule.access() & ~FsRight.forFiles()).as(rule.path()).isZero();
            }
        }
        for (PortRule rule : plan.ports()) {
            assertThat(rule.access() & ~plan.handledAccessNet()).isZero();
        }
    }

    @Test
    void withoutLandlockThePlanIsEmptyAndSaysWhy() {
        LandlockPlan plan = LandlockPlan.of(ORDINARY, new LandlockAbi(0, 0, Errno.EOPNOTSUPP), LAYOUT);
        assertThat(plan.present()).isFalse();
        assertThat(plan.paths()).isEmpty();
        assertThat(plan.state()).isEqualTo(LayerReport.State.ABSENT);
        assertThat(plan.summary()).contains("switched off at boot").contains("lsm=landlock");
        assertThat(new LandlockAbi(0, 0, Errno.ENOSYS).availability()).isInstanceOf(Availability.Missing.class);
        assertThat(new LandlockAbi(0, 0, Errno.EPERM).availability()).isInstanceOf(Availability.Unknown.class);
        assertThat(LandlockAbi.of(7, 7).availability().summary()).isEqualTo("Landlock ABI 7, errata fixed: 1 2 3");
    }

    @Test
    void rulesFollowTheMounts() {
        LandlockPlan plan = plan(ORDINARY, 7);
        assertThat(plan.paths().stream().map(PathRule::path))
                .containsExactly(
                        "/",
                        "/proc",
                        "/dev/null",
                        "/dev/zero",
                        "/dev/full",
                        "/dev/random",
                        "/dev/urandom",
                        "/dev/tty",
                        "/dev/ptmx",
                        "/dev/pts",
                        "/dev/shm",
                        "/dev/mqueue",
                        "/usr",
                        "/etc",
                        "/tmp",
                        "/home/u");
        assertThat(FsRight.names(rule(plan, "/").orElseThrow().access())).isEqualTo("READ_DIR");
        assertThat(FsRight.names(rule(plan, "/usr").orElseThrow().access())).isEqualTo("EXECUTE|READ_FILE|READ_DIR");
        assertThat(FsRight.names(rule(plan, "/proc").orElseThrow().access())).isEqualTo("READ_FILE|READ_DIR");
        assertThat(FsRight.names(rule(plan, "/dev/null").orElseThrow().access()))
                .isEqualTo("WRITE_FILE|READ_FILE|IOCTL_DEV");
        assertThat(FsRight.names(rule(plan, "/dev/shm").orElseThrow().access()))
                .isEqualTo("WRITE_FILE|READ_FILE|READ_DIR|REMOVE_DIR|REMOVE_FILE|MAKE_DIR|MAKE_REG|REFER|TRUNCATE");
        assertThat(FsRight.names(rule(plan, "/home/u").orElseThrow().access()))
                .isEqualTo("EXECUTE|WRITE_FILE|READ_FILE|READ_DIR|REMOVE_DIR|REMOVE_FILE|MAKE_DIR|MAKE_REG|MAKE_SOCK"
                        + "|MAKE_FIFO|MAKE_SYM|REFER|TRUNCATE");
        assertThat(plan.mountLayerOnly())
                .containsExactly("/etc/shadow", "/home/u/.gitconfig", "/home/u/p/.git/config", "/home/u/p/.gleisner");
        assertThat(plan.summary()).isEqualTo("ABI 7, 16 path rules, scopes abstract-unix-socket+signal, audit log on");
    }

    @Test
    void filesOutsideOfAnyAllowedDirectoryGetRulesOfTheirOwn() {
        LandlockPlan plan = plan(
                Specs.spec(
                        new Mount.SyntheticFile("/etc/hosts", "", "x"),
                        new Mount.Bind("/home/u/.gitconfig", "/home/u/.gitconfig", true, "x"),
                        new Mount.Bind("/run/agent.sock", "/run/agent.sock", true, "x"),
                        new Mount.Bind("/dev/kvm", "/dev/kvm", false, "x")),
                9);
        assertThat(FsRight.names(rule(plan, "/etc/hosts").orElseThrow().access()))
                .isEqualTo("READ_FILE");
        assertThat(FsRight.names(rule(plan, "/home/u/.gitconfig").orElseThrow().access()))
                .isEqualTo("EXECUTE|READ_FILE");
        assertThat(FsRight.names(rule(plan, "/run/agent.sock").orElseThrow().access()))
                .isEqualTo("READ_FILE|RESOLVE_UNIX");
        assertThat(FsRight.names(rule(plan, "/dev/kvm").orElseThrow().access()))
                .isEqualTo("WRITE_FILE|READ_FILE|IOCTL_DEV|RESOLVE_UNIX");
        assertThat(plan.mountLayerOnly()).isEmpty();
    }

    @Test
    void nothingMakesDevicesOrReachesForeignSockets() {
        long never = FsRight.of(FsRight.MAKE_CHAR, FsRight.MAKE_BLOCK, FsRight.RESOLVE_UNIX);
        LandlockPlan plan = plan(ORDINARY, 10);
        assertThat(plan.handledAccessFs() & never).isEqualTo(never);
        assertThat(plan.paths())
                .allSatisfy(each -> assertThat(each.access() & never).isZero());
    }

    @Test
    void onTheHostsNetworkPortsAreRules() {
        SandboxSpec spec = Specs.spec(new NetworkAccess.Host(List.of(443, 22)), List.of());
        LandlockPlan plan = plan(spec, 10);
        assertThat(NetRight.names(plan.handledAccessNet())).isEqualTo("CONNECT_TCP");
        assertThat(plan.ports()).containsExactly(new PortRule(443, 2), new PortRule(22, 2));
        assertThat(plan.summary()).contains("CONNECT_TCP on 2 ports");
        assertThat(plan(spec, 3).missing()).anyMatch(each -> each.startsWith("TCP ports are not restricted"));
        assertThat(plan(Specs.spec(new NetworkAccess.Host(List.of()), List.of()), 10)
                        .handledAccessNet())
                .isZero();
    }

    @Test
    void anIsolatedPolicyWithoutItsNamespaceAllowsNoPort() {
        Layout onHost = LAYOUT.withNetworkNamespace(false);
        LandlockPlan newest = LandlockPlan.of(ORDINARY, LandlockAbi.of(10, 0), onHost);
        assertThat(newest.handledAccessNet()).isEqualTo(15);
        assertThat(newest.ports()).isEmpty();
        assertThat(newest.state()).isEqualTo(LayerReport.State.ENFORCED);
        LandlockPlan older = LandlockPlan.of(ORDINARY, LandlockAbi.of(7, 0), onHost);
        assertThat(older.handledAccessNet()).isEqualTo(3);
        assertThat(older.missing()).containsExactly("UDP is not restricted (needs ABI 10, Linux 7.2)");
        assertThat(older.summary()).contains("BIND_TCP|CONNECT_TCP on no port");
        assertThat(LandlockPlan.of(ORDINARY, LandlockAbi.of(3, 0), onHost).handledAccessNet())
                .isZero();
    }

    @Test
    void bytesAreTheKernelsStructures() {
        ByteBuffer attr = ByteBuffer.wrap(plan(Specs.spec(new NetworkAccess.Host(List.of(1)), List.of()), 7)
                        .rulesetAttr())
                .order(ByteOrder.nativeOrder());
        assertThat(attr.getLong(0)).isEqualTo(0xffff);
        assertThat(attr.getLong(8)).isEqualTo(2);
        assertThat(attr.getLong(16)).isEqualTo(3);
        ByteBuffer path =
                ByteBuffer.wrap(new PathRule("/x", 5, true, "").attr(77)).order(ByteOrder.nativeOrder());
        assertThat(path.capacity()).isEqualTo(LandlockUapi.PATH_BENEATH_SIZE);
        assertThat(path.getLong(0)).isEqualTo(5);
        assertThat(path.getInt(LandlockUapi.PATH_BENEATH_FD_OFFSET)).isEqualTo(77);
        ByteBuffer port = ByteBuffer.wrap(new PortRule(443, 2).attr()).order(ByteOrder.nativeOrder());
        assertThat(port.capacity()).isEqualTo(LandlockUapi.NET_PORT_SIZE);
        assertThat(port.getLong(0)).isEqualTo(2);
        assertThat(port.getLong(8)).isEqualTo(443);
    }

    /** Adding a mount never takes a right away from a path, and leaving one out never adds a right. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void moreMountsNeverGrantLess(long seed) {
        Random random = new Random(seed);
        List<Mount> mounts = new ArrayList<>();
        String[] names = {"/a", "/a/b", "/a/b/c", "/d", "/d/e"};
        for (String name : names) {
            if (random.nextBoolean()) {
                mounts.add(
                        random.nextBoolean()
                                ? new Mount.Tmpfs(name, 0, 0755, "x")
                                : new Mount.Bind(name, name, random.nextBoolean(), "x"));
            }
        }
        LandlockPlan all = plan(Specs.spec(mounts.toArray(Mount[]::new)), 7);
        for (int leftOut = 0; leftOut < mounts.size(); leftOut++) {
            List<Mount> fewer = new ArrayList<>(mounts);
            fewer.remove(leftOut);
            LandlockPlan less = plan(Specs.spec(fewer.toArray(Mount[]::new)), 7);
            for (String name : names) {
                assertThat(effective(less, name) & ~effective(all, name))
                        .as("seed %d, %s without %s", seed, name, mounts.get(leftOut))
                        .isZero();
            }
        }
    }

    private static long effective(LandlockPlan plan, String path) {
        long access = 0;
        for (PathRule rule : plan.paths()) {
            if (rule.path().equals("/") || path.equals(rule.path()) || path.startsWith(rule.path() + "/")) {
                access |= rule.access();
            }
        }
        return access;
    }
}
