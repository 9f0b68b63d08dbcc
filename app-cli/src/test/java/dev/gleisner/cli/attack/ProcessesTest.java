package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Answers;
import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.util.List;

/** Other processes: seeing, signalling, reading them. */
class ProcessesTest {
    @Attack("E10")
    void e10ProcLeadsNowhere(Who who) {
        try (Site site = Site.of(who)) {
            try (Running victim = site.plainly("sleep", "300").start()) {
                String pid = Long.toString(victim.pid());
                site.attackPlainly("proc", pid)
                        .worked("host-stat", "host-environ", "host-mem", "host-fd", "host-root", "host-signal");
                Answers inside = site.attack("proc", pid, "inside");
                inside.failed(
                        "host-stat",
                        "host-environ",
                        "host-mem",
                        "host-fd",
                        "host-root",
                        "1-root-shadow",
                        "1-mem",
                        "1-environ",
                        "self-root-shadow",
                        "kcore",
                        "sysrq",
                        "sys",
                        "write-vm",
                        "ptrace-1",
                        "vm-write-1");
                inside.that("host-signal").isEqualTo("ESRCH");
            }
        }
    }

    @Attack("E10")
    void e10SecretsOfEtcAreMasked(Who who) {
        try (Site site = Site.of(who)) {
            Result result =
                    site.wrap("sh", "-c", "cat /etc/shadow /etc/gshadow /proc/self/root/etc/shadow; cat /etc/passwd");
            assertThat(result.out())
                    .doesNotContain("$y$", "$6$")
                    .doesNotContainPattern("(?m)^root:[*!]")
                    .contains("root:x:");
            if (who.root()) {
                assertThat(site.plain("cat", "/etc/shadow").exits(0).out()).containsPattern("(?m)^root:");
            }
        }
    }

    @Attack("W3")
    void w3OnlyInnerProcessesExist(Who who) {
        try (Site site = Site.of(who)) {
            try (Running _ = site.plainly("sleep", "300").start()) {
                assertThat(Integer.parseInt(
                                site.attackPlainly("proc", "1").all().get("pids")))
                        .isGreaterThan(4);
                Answers inside = site.attack("proc", "1", "inside");
                assertThat(Integer.parseInt(inside.all().get("pids"))).isBetween(1, 3);
                assertThat(Integer.parseInt(inside.all().get("highest"))).isLessThan(50);
            }
        }
    }

    @Attack("W4")
    void w4TerminalsOfOthersDoNotExist(Who who) {
        try (Site site = Site.of(who)) {
            site.program("pty");
            try (Running other = site.plainly("./pty", "24", "80", "sh", "-c", "tty; sleep 300")
                    .start()
                    .awaitOut("/dev/pts/")) {
                String terminal = other.out().strip();
                site.plain("sh", "-c", "echo seen > " + terminal).exits(0);
                other.awaitOut("seen");
                Result inside = site.wrap("sh", "-c", "ls /dev/pts; echo pwned > " + terminal + "; ls /dev");
                assertThat(inside.out()
                                .lines()
                                .filter(line -> line.matches("[0-9]+"))
                                .toList())
                        .isEmpty();
                assertThat(inside.out()).contains("null").doesNotContain("sda", "vda", "kmsg", "mem\n");
                assertThat(other.out()).doesNotContain("pwned");
            }
        }
    }

    @Attack("W4")
    void w4OwnTerminalIsANewOne(Who who) {
        try (Site site = Site.of(who)) {
            site.program("pty");
            Result inside = site.gleisnerBehind(
                            List.of("./pty", "24", "80"), "wrap", "--", "sh", "-c", "tty; ls /dev/pts")
                    .run()
                    .exits(0);
            assertThat(inside.out()).contains("/dev/pts/0").containsPattern("(?m)^0\\s");
            assertThat(inside.err()).contains("terminal restored");
        }
    }
}
