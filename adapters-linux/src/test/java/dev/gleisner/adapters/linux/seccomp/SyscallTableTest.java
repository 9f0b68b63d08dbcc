package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyscallTableTest {
    private static final SyscallTable TABLE = SyscallTable.x86_64();

    @ParameterizedTest
    @CsvSource({
        "read, 0",
        "clone, 56",
        "uretprobe, 335",
        "uprobe, 336",
        "pidfd_send_signal, 424",
        "clone3, 435",
        "landlock_restrict_self, 446",
        "futex_waitv, 449",
        "futex_requeue, 456",
        "mseal, 462",
        "open_tree_attr, 467",
        "file_getattr, 468",
        "listns, 470",
        "rseq_slice_yield, 471"
    })
    void knowsOldAndNewCalls(String name, int number) {
        assertThat(TABLE.number(name)).contains(number);
        assertThat(TABLE.name(number)).contains(name);
    }

    @Test
    void hasNoHoleButTheOneThatLinuxLeft() {
        assertThat(TABLE.names()).hasSize(337 + 48);
        for (int nr = 0; nr <= TABLE.last(); nr++) {
            assertThat(TABLE.name(nr).isPresent()).as("%d", nr).isEqualTo(nr < 337 || nr > 423);
        }
        assertThat(TABLE.name(-1)).isEmpty();
        assertThat(TABLE.name(512)).isEmpty();
        assertThat(TABLE.number("nosuchcall")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"raed, read", "umount, umount2", "opnat, openat", "io_uring_setpu, io_uring_setup", "fstatat, fstat"})
    void suggestsTheNearestName(String misspelt, String meant) {
        assertThat(TABLE.nearest(misspelt)).contains(meant);
    }

    @Test
    void suggestsNothingForNonsense() {
        assertThat(TABLE.nearest("zzzzzzzzzzzzqqqqq")).isEmpty();
        assertThat(TABLE.nearest("")).isEmpty();
    }

    /** This machine's header may be older; what it has must agree. */
    @Test
    void agreesWithTheHeaderOfThisMachine() throws IOException {
        Path header = Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
        Assumptions.assumeTrue(Files.isReadable(header), "no kernel header at " + header);
        Matcher lines = Pattern.compile("#define __NR_(\\w+) (\\d+)").matcher(Files.readString(header));
        int seen = 0;
        while (lines.find()) {
            seen++;
            assertThat(TABLE.number(lines.group(1))).as(lines.group(1)).contains(Integer.parseInt(lines.group(2)));
        }
        assertThat(seen).isGreaterThan(300);
    }
}
