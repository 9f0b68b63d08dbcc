package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Action;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Preset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SeccompFilterTest {
    private static final NaiveModel MODEL = new NaiveModel();
    private static final List<String> SOME = List.of("read", "ioctl", "socket", "clone", "ptrace", "keyctl");

    static SeccompProgram program(SeccompPolicy policy) {
        try {
            return SeccompFilter.build(policy).orElseThrow();
        } catch (SeccompException e) {
            throw new AssertionError(e);
        }
    }

    /** Every preset, action, option, with and without extra names. */
    static Stream<SeccompPolicy> policies() {
        List<SeccompPolicy> all = new ArrayList<>();
        for (Preset preset : List.of(Preset.BASELINE, Preset.NODEJS, Preset.CUSTOM)) {
            for (Action action : Action.values()) {
                for (int options = 0; options < 4; options++) {
                    boolean userns = (options & 1) != 0;
                    boolean network = (options & 2) != 0;
                    if (preset != Preset.CUSTOM) {
                        all.add(new SeccompPolicy(preset, action, List.of(), userns, network));
                    }
                    all.add(new SeccompPolicy(preset, action, SOME, userns, network));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void saysOfEveryNumberWhatTheTablesSay(SeccompPolicy policy) {
        SeccompProgram program = program(policy);
        List<Integer> numbers = new ArrayList<>();
        for (int nr = 0; nr < 1100; nr++) {
            numbers.add(nr);
            numbers.add(nr | Bpf.X32_BIT);
            numbers.add(nr | Integer.MIN_VALUE);
        }
        numbers.addAll(List.of(-1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE, 0x3fffffff, 0xbfffffff));
        for (int nr : numbers) {
            assertThat(program.evaluate(nr, Bpf.ARCH_X86_64, 0, 0, 0, 0, 0, 0))
                    .as("nr %d of %s", nr, policy)
                    .isEqualTo(MODEL.verdict(policy, nr, Bpf.ARCH_X86_64, 0, 0, 0, 0, 0, 0));
            assertThat(program.evaluate(nr, Bpf.ARCH_I386, 0, 0, 0, 0, 0, 0)).isEqualTo(new Verdict.Kill());
        }
        for (int arch : new int[] {0, -1, 0x3e, 0x8000003e, 0xc00000b7}) {
            assertThat(program.evaluate(0, arch, 0, 0, 0, 0, 0, 0)).isEqualTo(new Verdict.Kill());
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void saysOfArgumentsWhatTheTablesSay(SeccompPolicy policy) {
        SeccompProgram program = program(policy);
        for (String syscall : Rules.all().arguments().keySet()) {
            int nr = SyscallTable.x86_64().number(syscall).orElseThrow();
            for (long[] args : MODEL.interestingArguments(syscall)) {
                Verdict expected = MODEL.verdict(policy, nr, Bpf.ARCH_X86_64, args);
                Verdict found = program.evaluate(nr, Bpf.ARCH_X86_64, args);
                if (!expected.equals(found)) {
                    assertThat(found)
                            .as("%s%s of %s", syscall, Arrays.toString(args), policy)
                            .isEqualTo(expected);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Preset.class,
            names = {"BASELINE", "NODEJS"})
    void nothingIsAllowedThatTheDeniedTableHolds(Preset preset) {
        for (String name : Rules.all().denied().keySet()) {
            for (Action action : List.of(Action.ERRNO, Action.KILL)) {
                SeccompProgram program = program(SeccompPolicy.of(preset, action));
                assertThat(program.evaluate(
                                SyscallTable.x86_64().number(name).orElseThrow(), Bpf.ARCH_X86_64, 0, 0, 0, 0, 0, 0))
                        .as(name)
                        .isNotInstanceOfAny(Verdict.Allow.class, Verdict.Log.class);
            }
        }
    }

    /** Written out by hand, so that a slip in the tables does not go unseen. */
    @ParameterizedTest
    @CsvSource({
        "socket, 1, 1, 0, ALLOW",
        "socket, 1, 0x80801, 0, ALLOW",
        "socket, 1, 3, 99, ALLOW",
        "socket, 2, 1, 0, ALLOW",
        "socket, 10, 0x80802, 17, ALLOW",
        "socket, 2, 1, 6, ALLOW",
        "socket, 0xffffffff00000002, 0xffffffff00000001, 0xffffffff00000006, ALLOW",
        "socket, 2, 1, 262, ERRNO(EPROTONOSUPPORT)",
        "socket, 2, 1, 0xffffffff00000106, ERRNO(EPROTONOSUPPORT)",
        "socket, 10, 1, 132, ERRNO(EPROTONOSUPPORT)",
        "socket, 2, 2, 136, ERRNO(EPROTONOSUPPORT)",
        "socket, 2, 2, 1, ERRNO(EPROTONOSUPPORT)",
        "socket, 2, 6, 33, ERRNO(ESOCKTNOSUPPORT)",
        "socket, 2, 5, 0, ERRNO(ESOCKTNOSUPPORT)",
        "socket, 2, 3, 255, ERRNO(EPERM)",
        "socket, 10, 0x80803, 58, ERRNO(EPERM)",
        "socket, 2, 10, 768, ERRNO(EPERM)",
        "socket, 16, 3, 0, ALLOW",
        "socket, 16, 3, 9, ERRNO(EPROTONOSUPPORT)",
        "socket, 17, 3, 0, ERRNO(EAFNOSUPPORT)",
        "socket, 40, 1, 0, ERRNO(EAFNOSUPPORT)",
        "socket, 38, 5, 0, ERRNO(EAFNOSUPPORT)",
        "socket, 0xffffffff00000028, 1, 0, ERRNO(EAFNOSUPPORT)",
        "socket, -1, 1, 0, ERRNO(EAFNOSUPPORT)",
        "socketpair, 1, 1, 0, ALLOW",
        "socketpair, 30, 1, 0, ERRNO(EAFNOSUPPORT)",
        "ioctl, 0, 0x5401, 0, ALLOW",
        "ioctl, 0, 0x5412, 0, ERRNO(EPERM)",
        "ioctl, 0, 0xdeadbeef00005412, 0, ERRNO(EPERM)",
        "ioctl, 0, 0x541c, 0, ERRNO(EPERM)",
        "ioctl, 0, 0x541d, 0, ERRNO(EPERM)",
        "ioctl, 0, 0x5423, 0, ERRNO(EPERM)",
        "clone, 0x11, 0, 0, ALLOW",
        "clone, 0x3d0f00, 0, 0, ALLOW",
        "clone, 0x1200011, 0, 0, ALLOW",
        "clone, 0x10000011, 0, 0, ERRNO(EPERM)",
        "clone, 0x20011, 0, 0, ERRNO(EPERM)",
        "clone, 0x7e020000, 0, 0, ERRNO(EPERM)",
        "clone, 0xffffffff02000011, 0, 0, ERRNO(EPERM)",
        "clone, 0xffffffff00000011, 0, 0, ALLOW",
        "unshare, 0, 0, 0, ALLOW",
        "unshare, 0x40600, 0, 0, ALLOW",
        "unshare, 0x10000000, 0, 0, ERRNO(EPERM)",
        "unshare, 0x80, 0, 0, ERRNO(EPERM)",
        "unshare, 0x100000, 0, 0, ERRNO(EPERM)",
        "unshare, 0x100000000, 0, 0, ERRNO(EPERM)",
        "prctl, 35, 0, 0, ERRNO(EPERM)",
        "prctl, 38, 1, 0, ALLOW",
        "prctl, 4, 1, 0, ALLOW",
        "personality, 0xffffffff, 0, 0, ALLOW",
        "personality, 0xffffffffffffffff, 0, 0, ALLOW",
        "personality, 0x20008, 0, 0, ALLOW",
        "personality, 0x40000, 0, 0, ERRNO(EPERM)",
        "personality, 0x400000, 0, 0, ERRNO(EPERM)",
        "sendmsg, 3, 0, 0x20000000, ERRNO(EPERM)",
        "sendmsg, 3, 0, 0x4000, ALLOW",
        "clone3, 0, 0, 0, ERRNO(ENOSYS)",
        "mount, 0, 0, 0, ERRNO(EPERM)",
        "seccomp, 1, 0, 0, ALLOW",
    })
    void decidesByArguments(String syscall, String a0, String a1, String a2, String verdict) {
        for (Preset preset : List.of(Preset.BASELINE, Preset.NODEJS)) {
            assertThat(evaluate(SeccompPolicy.of(preset, Action.ERRNO), syscall, a0, a1, a2, "0"))
                    .isEqualTo(verdict);
        }
    }

    private static String evaluate(SeccompPolicy policy, String syscall, String... args) {
        long[] six = new long[6];
        for (int i = 0; i < args.length; i++) {
            six[i] = args[i].startsWith("0x")
                    ? Long.parseUnsignedLong(args[i].substring(2), 16)
                    : Long.parseLong(args[i]);
        }
        return program(policy)
                .evaluate(SyscallTable.x86_64().number(syscall).orElseThrow(), SeccompProgram.ARCH_X86_64, six)
                .text();
    }

    @Test
    void fastOpenIsRefusedByTheFlagsArgumentOfEachCall() {
        SeccompPolicy policy = SeccompPolicy.of(Preset.BASELINE, Action.ERRNO);
        assertThat(evaluate(policy, "sendto", "3", "0", "0", "0x20004000")).isEqualTo("ERRNO(EPERM)");
        assertThat(evaluate(policy, "sendto", "3", "0", "0x20000000", "0")).isEqualTo("ALLOW");
        assertThat(evaluate(policy, "sendmmsg", "3", "0", "1", "0x20000000")).isEqualTo("ERRNO(EPERM)");
        assertThat(evaluate(policy, "sendmsg", "3", "0", "0x20000000")).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void withoutNetworkOnlyLocalSocketsAndInterfaceListsAreLeft() {
        SeccompPolicy policy = new SeccompPolicy(Preset.NODEJS, Action.KILL, List.of(), false, false);
        assertThat(evaluate(policy, "socket", "2", "1", "0")).isEqualTo("ERRNO(EAFNOSUPPORT)");
        assertThat(evaluate(policy, "socket", "10", "2", "17")).isEqualTo("ERRNO(EAFNOSUPPORT)");
        assertThat(evaluate(policy, "socket", "1", "1", "0")).isEqualTo("ALLOW");
        assertThat(evaluate(policy, "socket", "16", "3", "0")).isEqualTo("ALLOW");
    }

    @Test
    void userNamespacesBringAlongWhatIsDoneInThem() {
        SeccompPolicy policy = new SeccompPolicy(Preset.NODEJS, Action.ERRNO, List.of(), true, true);
        for (String call : List.of("mount", "pivot_root", "setns", "clone3", "fsopen", "sethostname")) {
            assertThat(evaluate(policy, call)).as(call).isEqualTo("ALLOW");
        }
        assertThat(evaluate(policy, "clone", "0x10000011")).isEqualTo("ALLOW");
        assertThat(evaluate(policy, "unshare", "0x10020000")).isEqualTo("ALLOW");
        assertThat(evaluate(policy, "bpf")).isEqualTo("ERRNO(EPERM)");
        assertThat(evaluate(policy, "ioctl", "0", "0x5412")).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void learningLetsMissesThroughButNotTheRest() {
        SeccompPolicy policy = new SeccompPolicy(Preset.CUSTOM, Action.LOG, List.of("read"), false, true);
        assertThat(evaluate(policy, "read")).isEqualTo("ALLOW");
        assertThat(evaluate(policy, "write")).isEqualTo("LOG");
        assertThat(evaluate(policy, "ptrace")).isEqualTo("LOG");
        assertThat(evaluate(policy, "mount")).isEqualTo("ERRNO(EPERM)");
        assertThat(evaluate(policy, "io_uring_setup")).isEqualTo("ERRNO(EPERM)");
        assertThat(evaluate(policy, "ioctl", "0", "0x5401")).isEqualTo("LOG");
        assertThat(evaluate(policy, "ioctl", "0", "0x5412")).isEqualTo("ERRNO(EPERM)");
        assertThat(evaluate(policy, "socket", "1")).isEqualTo("LOG");
        assertThat(evaluate(policy, "socket", "40")).isEqualTo("ERRNO(EAFNOSUPPORT)");
        assertThat(evaluate(policy, "clone", "0x10000011")).isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void killingSparesWhatLibrariesProbe() {
        SeccompPolicy policy = SeccompPolicy.of(Preset.NODEJS, Action.KILL);
        assertThat(evaluate(policy, "mount")).isEqualTo("KILL_PROCESS");
        assertThat(evaluate(policy, "ioctl", "0", "0x5412")).isEqualTo("KILL_PROCESS");
        assertThat(evaluate(policy, "clone", "0x10000011")).isEqualTo("KILL_PROCESS");
        assertThat(evaluate(policy, "chroot")).isEqualTo("KILL_PROCESS");
        assertThat(evaluate(policy, "clone3")).isEqualTo("ERRNO(ENOSYS)");
        assertThat(evaluate(policy, "socket", "40")).isEqualTo("ERRNO(EAFNOSUPPORT)");
        assertThat(program(policy)
                        .evaluate(9999, Bpf.ARCH_X86_64, 0, 0, 0, 0, 0, 0)
                        .text())
                .isEqualTo("ERRNO(ENOSYS)");
    }

    @Test
    void aPolicyMayNameWhatIsDeniedByDefaultOnly() throws SeccompException {
        SeccompPolicy policy =
                new SeccompPolicy(Preset.BASELINE, Action.ERRNO, List.of("ptrace", "ptrace", "read"), false, true);
        assertThat(evaluate(policy, "ptrace")).isEqualTo("ALLOW");
        assertThat(evaluate(SeccompPolicy.of(Preset.BASELINE, Action.ERRNO), "ptrace"))
                .isEqualTo("ERRNO(EPERM)");
    }

    @Test
    void tellsAllMistakesOfAPolicyAtOnce() {
        SeccompPolicy policy = new SeccompPolicy(
                Preset.CUSTOM, Action.ERRNO, List.of("raed", "write", "bpf", "mount", "qqqqqqqqqqqqqqqq"), false, true);
        assertThatThrownBy(() -> SeccompFilter.build(policy)).isInstanceOfSatisfying(SeccompException.class, e -> {
            assertThat(e.problems()).hasSize(4);
            assertThat(e)
                    .hasMessageContaining("\"raed\"")
                    .hasMessageContaining("bpf cannot be allowed")
                    .hasMessageContaining("mount cannot be allowed by itself");
            assertThat(e.fix()).contains("did you mean \"read\"?").contains("user namespaces");
            assertThat(e.problems())
                    .allSatisfy(problem -> assertThat(problem.fix()).isNotBlank());
        });
    }

    @Test
    void aDisabledFilterIsNoProgram() throws SeccompException {
        assertThat(SeccompFilter.build(SeccompPolicy.of(Preset.DISABLED, Action.ERRNO)))
                .isEmpty();
        SeccompPolicy odd = new SeccompPolicy(Preset.DISABLED, Action.ERRNO, List.of("read"), false, true);
        assertThatThrownBy(() -> SeccompFilter.build(odd)).isInstanceOf(SeccompException.class);
        SeccompPolicy empty = SeccompPolicy.of(Preset.CUSTOM, Action.ERRNO);
        assertThatThrownBy(() -> SeccompFilter.build(empty)).hasMessageContaining("no program could run");
        assertThat(SeccompFilter.explain(SeccompPolicy.of(Preset.DISABLED, Action.ERRNO), "mount")
                        .verdict())
                .isEqualTo(new Verdict.Allow());
    }

    @Test
    void explainsACall() throws SeccompException {
        SeccompPolicy policy = SeccompPolicy.of(Preset.NODEJS, Action.ERRNO);
        SeccompFilter.Explanation mount = SeccompFilter.explain(policy, "mount");
        assertThat(mount.verdict().text()).isEqualTo("ERRNO(EPERM)");
        assertThat(mount.reason()).contains("file tree");
        assertThat(mount.argumentRules()).isEmpty();
        SeccompFilter.Explanation ioctl = SeccompFilter.explain(policy, "ioctl");
        assertThat(ioctl.verdict()).isEqualTo(new Verdict.Allow());
        assertThat(ioctl.argumentRules()).hasSize(4).first().asString().startsWith("a1 == TIOCSTI: ERRNO(EPERM), ");
        assertThat(SeccompFilter.explain(policy, "chroot").reason()).contains("nodejs does not list it");
        assertThatThrownBy(() -> SeccompFilter.explain(policy, "chrot"))
                .isInstanceOfSatisfying(
                        SeccompException.class, e -> assertThat(e.fix()).contains("chroot"));
    }

    /** Every call of every policy can be explained, and the explanation agrees with the program. */
    @ParameterizedTest
    @MethodSource("policies")
    void explanationsAgreeWithThePrograms(SeccompPolicy policy) throws SeccompException {
        SeccompProgram program = program(policy);
        for (String name : SyscallTable.x86_64().names().values()) {
            SeccompFilter.Explanation told = SeccompFilter.explain(policy, name);
            assertThat(told.reason()).isNotBlank();
            if (told.argumentRules().isEmpty()) {
                assertThat(program.evaluate(told.nr(), Bpf.ARCH_X86_64, 0, 0, 0, 0, 0, 0))
                        .isEqualTo(told.verdict());
            }
        }
    }
}
