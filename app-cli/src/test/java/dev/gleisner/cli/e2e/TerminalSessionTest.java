package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Cmd.Running;
import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.util.List;

/** Interactive use, on a terminal of the test's own. */
class TerminalSessionTest {
    private static Running start(Site site, String... words) {
        site.program("pty");
        return site.gleisnerBehind(List.of("./pty", "31", "97"), words).start();
    }

    @Everyone
    void theCommandHasATerminalOfTheSameSize(Who who) {
        try (Site site = Site.of(who);
                Running running = start(
                        site,
                        "wrap",
                        "--",
                        "sh",
                        "-c",
                        "test -t 0 && test -t 1 && test -t 2 && while :; do stty size; sleep 0.1; done")) {
            running.awaitOut("31 97");
            Host.signal(Host.processes("./pty 31 97").getFirst(), "USR1"); // resizes the window
            running.awaitOut("50 132").type("\003");
            assertThat(running.await().exits(128 + 2).err()).contains("terminal restored");
        }
    }

    @Everyone
    void controlCReachesTheCommandAndNotGleisner(Who who) {
        try (Site site = Site.of(who);
                Running running = start(
                        site,
                        "record",
                        "--quiet",
                        "--",
                        "bash",
                        "-c",
                        "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.1; done")) {
            running.awaitOut("ready").type("\003").awaitOut("caught");
            Result result = running.await().exits(3);
            assertThat(result.err()).contains("terminal restored");
            assertThat(site.statement()
                            .at("/predicate/runDetails/gleisner_session/outcome")
                            .asString())
                    .isEqualTo("completed");
        }
    }

    @Everyone
    void jobControlWorks(Who who) {
        try (Site site = Site.of(who);
                Running running =
                        start(site, "wrap", "--env", "PS1=prompt> ", "--", "bash", "--norc", "--noprofile", "-i")) {
            running.awaitOut("prompt> ").type("sleep 300\n").awaitOut("sleep 300");
            Host.eventually("sleep runs", () -> {
                running.type("\032"); // control-Z, until there is something to stop
                return running.out().contains("Stopped");
            });
            running.type("jobs; kill %1; wait; echo all-$((40+2))\n").awaitOut("all-42");
            running.type("exit 6\n");
            Result result = running.await().exits(6);
            assertThat(result.out()).doesNotContain("no job control").doesNotContain("cannot set terminal");
            assertThat(result.err()).contains("terminal restored");
        }
    }

    @Everyone
    void theTerminalIsRestoredWhenTheCommandLeavesItRaw(Who who) {
        try (Site site = Site.of(who);
                Running running = start(site, "wrap", "--", "sh", "-c", "stty raw -echo; echo raw; exit 4")) {
            assertThat(running.await().exits(4).err()).contains("terminal restored");
        }
    }

    @Everyone
    void typedLinesAndTheirEndArrive(Who who) {
        try (Site site = Site.of(who);
                Running running =
                        start(site, "wrap", "--", "sh", "-c", "echo go; cat > typed.txt; wc -l < typed.txt")) {
            running.awaitOut("go").type("one\ntwo\n").type("\004");
            running.await().exits(0);
            assertThat(site.project().resolve("typed.txt")).hasContent("one\ntwo");
        }
    }
}
