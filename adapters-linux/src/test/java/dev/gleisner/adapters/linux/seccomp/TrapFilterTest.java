package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.adapters.linux.sys.TrappedCall;
import dev.gleisner.domain.record.Traps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which calls wait for a sensor, and the table that says so. */
class TrapFilterTest {
    private static final Path I386_HEADER = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_32.h");
    private static final int ARCH_AARCH64 = 0xc00000b7;
    private static final int O_CLOEXEC = 02000000;

    private static Verdict verdict(Traps traps, int number, int arch, long... args) {
        long[] six = new long[6];
        System.arraycopy(args, 0, six, 0, args.length);
        return TrapFilter.of(traps).evaluate(number, arch, six);
    }

    private static Verdict verdict(Traps traps, String name, long... args) {
        return verdict(traps, SyscallTable.x86_64().number(name).orElseThrow(), Bpf.ARCH_X86_64, args);
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANGES", "ALL"})
    void isAsLastRead(Traps traps) throws IOException {
        SeccompProgram program = TrapFilter.of(traps);
        Path golden = Path.of(
                System.getProperty("basedir", "."),
                "src/test/resources/dev/gleisner/adapters/linux/seccomp/golden",
                "trap-" + traps.name().toLowerCase(Locale.ROOT) + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, program.disassemble());
        }
        assertThat(program.disassemble()).isEqualTo(Files.readString(golden));
    }

    @Test
    void withoutTrapsThereIsNoFilter() {
        assertThatThrownBy(() -> TrapFilter.of(Traps.NONE)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"CHANGES", "ALL"})
    void callsThatAreNotInTheTableAreMade(Traps traps) {
        Set<Integer> listed = new HashSet<>();
        TrappedCall.ALL.forEach(call -> listed.add(call.number()));
        for (int number : SyscallTable.x86_64().names().keySet()) {
            Verdict verdict = verdict(traps, number, Bpf.ARCH_X86_64);
            if (!listed.contains(number)) {
                assertThat(verdict).as("call " + number).isEqualTo(new Verdict.Allow());
            } else if (traps == Traps.ALL && number != 44) {
                assertThat(verdict).as("call " + number).isEqualTo(new Verdict.Notify());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00, false",
        "01, true",
        "02, true",
        "03, true",
        "0100, true",
        "01000, true",
        "020200000, true",
        "02000000, false",
        "0200000, false",
        "010000000, false",
        "0400000, false"
    })
    void openingToReadDoesNotWait(String octal, boolean waits) {
        long flags = Long.parseLong(octal, 8);
        Verdict expected = waits ? new Verdict.Notify() : new Verdict.Allow();
        assertThat(verdict(Traps.CHANGES, "open", 0, flags)).isEqualTo(expected);
        assertThat(verdict(Traps.CHANGES, "openat", -100, 0, flags)).isEqualTo(expected);
        assertThat(verdict(Traps.CHANGES, 5, Bpf.ARCH_I386, 0, flags)).isEqualTo(expected);
        assertThat(verdict(Traps.CHANGES, 295, Bpf.ARCH_I386, -100, 0, flags)).isEqualTo(expected);
        assertThat(verdict(Traps.ALL, "openat", -100, 0, flags)).isEqualTo(new Verdict.Notify());
        assertThat(verdict(Traps.CHANGES, "openat2", -100, 0, 0)).isEqualTo(new Verdict.Notify());
        assertThat(flags | O_CLOEXEC).isNotZero();
    }

    @Test
    void sendingWaitsWhereThereIsAnAddress() {
        assertThat(verdict(Traps.CHANGES, "sendto", 3, 4, 5, 0, 0, 0)).isEqualTo(new Verdict.Allow());
        assertThat(verdict(Traps.CHANGES, "sendto", 3, 4, 5, 0, 1, 16)).isEqualTo(new Verdict.Notify());
        assertThat(verdict(Traps.CHANGES, "sendto", 3, 4, 5, 0, 1L << 40, 16)).isEqualTo(new Verdict.Notify());
        assertThat(verdict(Traps.CHANGES, 369, Bpf.ARCH_I386, 3, 4, 5, 0, 0, 0)).isEqualTo(new Verdict.Allow());
        assertThat(verdict(Traps.CHANGES, 369, Bpf.ARCH_I386, 3, 4, 5, 0, 8, 16))
                .isEqualTo(new Verdict.Notify());
    }

    @Test
    void otherKindsOfCallsDoNotGetPast() {
        Verdict none = Errno.ENOSYS.verdict();
        assertThat(verdict(Traps.CHANGES, 0x40000000 | 83, Bpf.ARCH_X86_64)).isEqualTo(none);
        assertThat(verdict(Traps.CHANGES, 83, ARCH_AARCH64)).isEqualTo(none);
        assertThat(verdict(Traps.CHANGES, 11, Bpf.ARCH_I386)).isEqualTo(new Verdict.Notify());
        assertThat(verdict(Traps.CHANGES, 102, Bpf.ARCH_I386)).isEqualTo(new Verdict.Notify());
        assertThat(verdict(Traps.CHANGES, 3, Bpf.ARCH_I386)).isEqualTo(new Verdict.Allow());
    }

    @Test
    void theTableHasTheNumbersOfTheKernel() {
        Set<Integer> seen = new HashSet<>();
        Set<Integer> seenI386 = new HashSet<>();
        for (TrappedCall call : TrappedCall.ALL) {
            if (call.number() >= 0) {
                assertThat(SyscallTable.x86_64().number(call.name()))
                        .as(call.name())
                        .contains(call.number());
                assertThat(seen.add(call.number())).as(call.name()).isTrue();
            }
            if (call.numberI386() >= 0) {
                assertThat(seenI386.add(call.numberI386())).as(call.name()).isTrue();
            }
        }
    }

    @Test
    void theTableHasTheNumbersOfI386() throws IOException {
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.exists(I386_HEADER), "skipped, needs " + I386_HEADER + ": install the C library's headers");
        List<String> lines = Files.readAllLines(I386_HEADER);
        for (TrappedCall call : TrappedCall.ALL) {
            String start = "#define __NR_" + call.name() + " ";
            for (String line : lines) {
                if (line.startsWith(start)) {
                    assertThat(line).isEqualTo(start + call.numberI386());
                }
            }
        }
    }
}
