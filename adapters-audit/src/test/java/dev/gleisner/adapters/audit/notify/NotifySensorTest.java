package dev.gleisner.adapters.audit.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.event.ErrnoName;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.record.Traps;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.StagedSandbox;
import dev.gleisner.ports.contract.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sensor in the kernel, with and without confinement. */
@Tag("kernel")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class NotifySensorTest {
    @TempDir
    Path temporary;

    private Path project;

    @BeforeEach
    void prepare() throws Exception {
        Needs.feature("notify", new NotifySensorProvider().probe());
        project = Files.createDirectory(temporary.toRealPath().resolve("project"));
        Session.compile(project);
    }

    private Session session(String backend) throws GleisnerException {
        if (backend.equals("native")) {
            Needs.feature("namespaces", Session.provider("native").probe());
        }
        return new Session(backend, project);
    }

    private Session.Result record(String backend, String what) throws Exception {
        Session session = session(backend);
        Session.Result result = session.record(session.program(what), "");
        assertThat(result.exit()).as(result.err()).isEqualTo(new Exit.Code(0));
        assertThat(result.report().lost()).contains(0L);
        assertThat(result.report().events()).isEqualTo(result.seen().size());
        assertThat(result.report().attachedBeforeRelease()).isTrue();
        return result;
    }

    private String at(String name) {
        return project + "/" + name;
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "none"})
    void eachCallIsSeenOnceAndInOrder(String backend) throws Exception {
        Session.Result result = record(backend, "calls");
        assertThat(result.files())
                .containsExactly(
                        new Event.FileCreated(at("a")),
                        new Event.FileWritten(at("a")),
                        new Event.FileCreated(at("b")),
                        new Event.FileCreated(at("c")),
                        new Event.FileCreated(at("d")),
                        new Event.FileWritten(at("a")),
                        new Event.DirectoryCreated(at("dir")),
                        new Event.DirectoryCreated(at("dir/sub")),
                        new Event.FileCreated(at("dir/in-dir")),
                        new Event.FileRenamed(at("a"), at("a2")),
                        new Event.FileRenamed(at("a2"), at("dir/a3")),
                        new Event.FileRenamed(at("dir/a3"), at("a4")),
                        new Event.FileLinked(at("a4"), at("l1")),
                        new Event.FileLinked(at("l1"), at("dir/l2")),
                        new Event.SymbolicLinkCreated(at("s1"), "dir"),
                        new Event.SymbolicLinkCreated(at("dir/s2"), "../a4"),
                        new Event.FileWritten(at("a4")),
                        new Event.FileCreated(at("fifo1")),
                        new Event.FileCreated(at("dir/fifo2")),
                        new Event.AttributesChanged(at("a4")),
                        new Event.AttributesChanged(at("dir/l2")),
                        new Event.AttributesChanged(at("a4")),
                        new Event.AttributesChanged(at("b")),
                        new Event.FileDeleted(at("b")),
                        new Event.FileDeleted(at("dir/fifo2")),
                        new Event.DirectoryDeleted(at("dir/sub")),
                        new Event.DirectoryCreated(at("gone")),
                        new Event.DirectoryDeleted(at("gone")),
                        new Event.DirectoryCreated(at("dir")));
        Session.Seen last = result.seen().get(result.seen().size() - 2);
        assertThat(last.origin().errno()).as("it is there already").isEqualTo(Errno.EEXIST);
        assertThat(result.counter("absent")).isEqualTo(2);
        Session.Seen first = result.seen().getFirst();
        assertThat(first.event()).isInstanceOfSatisfying(Event.ProcessExec.class, exec -> {
            assertThat(exec.executable()).isEqualTo(at("notify-calls"));
            assertThat(exec.argv()).containsExactly(at("notify-calls"), "calls");
            assertThat(exec.workingDirectory()).isEqualTo(project.toString());
            assertThat(exec.parentPid()).isPositive();
        });
        assertThat(first.origin().startMicros()).isPositive();
        assertThat(result.seen())
                .allMatch(seen -> seen.origin().pid() == first.origin().pid());
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "none"})
    void theCommandRunsAsItDoesWithoutSensor(String backend) throws Exception {
        Session session = session(backend);
        assertThat(session.plainly(session.program("calls"))).isEqualTo(new Exit.Code(0));
        for (String each : List.of("d", "dir", "l1", "s1")) {
            assertThat(Files.exists(project.resolve(each))).as(each).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "none"})
    void addressesAreSeen(String backend) throws Exception {
        assertThat(record(backend, "network").files())
                .containsExactly(
                        new Event.NetworkConnect("tcp", "127.0.0.1:9"),
                        new Event.NetworkBind("udp", "127.0.0.1:0"),
                        new Event.NetworkSend("udp", "127.0.0.1:10"),
                        new Event.NetworkSend("udp", "127.0.0.1:11"),
                        new Event.NetworkBind("unix", at("socket")));
    }

    @Test
    void aNameMayEndWhereTheMappingDoes() throws Exception {
        Session.Result result = record("none", "page-end");
        assertThat(result.files()).containsExactly(new Event.FileCreated(at("at-an-en")));
        assertThat(result.counter("unreadable")).isEqualTo(2);
    }

    @Test
    void theLongestNameIsSeenAndALongerOneIsNone() throws Exception {
        Session.Result result = record("native", "longest");
        assertThat(result.files())
                .containsExactly(new Event.FileCreated(at("end")), new Event.FileCreated(at("caf\\xe9")));
        assertThat(result.counter("too-long")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "none"})
    void threadsAreTheirProcess(String backend) throws Exception {
        Session.Result result = record(backend, "threads");
        Set<Event> expected = new HashSet<>();
        for (int thread = 0; thread < 8; thread++) {
            for (int i = 0; i < 50; i++) {
                expected.add(new Event.FileCreated(at("t" + thread + "-" + i)));
            }
        }
        assertThat(result.files()).hasSize(400);
        assertThat(new HashSet<>(result.files())).isEqualTo(expected);
        assertThat(result.seen())
                .extracting(
                        seen -> seen.origin().pid() + " since " + seen.origin().startMicros())
                .containsOnly(result.seen().getFirst().origin().pid() + " since "
                        + result.seen().getFirst().origin().startMicros());
    }

    @Test
    void aNameThatChangesMeanwhileIsOneOfThoseThatWereThere() throws Exception {
        List<Event> events = record("none", "race").files();
        assertThat(events).hasSize(500);
        assertThat(new HashSet<>(events))
                .isSubsetOf(
                        new Event.FileCreated(at("race-a")), new Event.FileCreated(at("race-b")),
                        new Event.FileWritten(at("race-a")), new Event.FileWritten(at("race-b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "none"})
    void filtersOfTheCommandsOwnWorkAndListenersDoNot(String backend) throws Exception {
        Session.Result result = record(backend, "filters");
        assertThat(result.out()).isEqualTo("EBUSY\n");
        assertThat(result.files()).containsExactly(new Event.FileCreated(at("after-filter")));
        Files.delete(project.resolve("after-filter"));
        Session session = session(backend);
        assertThat(session.plainly(session.program("filters"))).isEqualTo(new Exit.Code(0));
    }

    @Test
    void aCallThatIsInterruptedIsSeenOnce() throws Exception {
        Session.Result result = record("native", "signals");
        assertThat(result.out()).isEqualTo("interrupted\n");
        assertThat(result.files()).hasSize(1000).doesNotHaveDuplicates();
    }

    @Test
    void aFileWithoutNameIsSeenWhenItGetsOne() throws Exception {
        Session.Result result = record("native", "nameless");
        Needs.that("O_TMPFILE", result.out().equals("linked\n"), "the file system has no files without name");
        assertThat(result.files())
                .singleElement()
                .isInstanceOfSatisfying(
                        Event.FileLinked.class,
                        linked -> assertThat(linked.newPath()).isEqualTo(at("named")));
        assertThat(result.counter("nameless")).isEqualTo(1);
    }

    @Test
    void namesBelowAnotherRootAreSeenFromOurs() throws Exception {
        Session.Result result = record("none", "jail");
        Needs.that("root", result.out().equals("jailed\n"), "only root may change the root directory");
        assertThat(result.files())
                .containsExactly(
                        new Event.DirectoryCreated(at("jail")),
                        new Event.DirectoryCreated(at("jail/sub")),
                        new Event.FileCreated(at("outside")),
                        new Event.FileCreated(at("jail/inside")),
                        new Event.SymbolicLinkCreated(at("jail/link"), "/sub"),
                        new Event.FileCreated(at("jail/sub/deep")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "none"})
    void childrenAndDaemonsAreSeen(String backend) throws Exception {
        Session.Result result = record(backend, "children");
        List<List<String>> programs = new ArrayList<>();
        List<Exit> exits = new ArrayList<>();
        for (Session.Seen each : result.seen()) {
            if (each.event() instanceof Event.ProcessExec exec) {
                List<String> words = new ArrayList<>(List.of(exec.executable()));
                words.add(exec.argv().getLast());
                words.add(ErrnoName.of(each.origin().errno()));
                programs.add(words);
            } else if (each.event() instanceof Event.ProcessExit(var exit)) {
                exits.add(exit);
            }
        }
        String self = at("notify-calls");
        assertThat(programs)
                .containsExactly(
                        List.of(self, "children", "unknown"),
                        List.of("/usr/bin/true", "vfork", "unknown"),
                        List.of("/usr/bin/true", "spawn", "unknown"),
                        List.of("/usr", "missing", "EACCES"));
        assertThat(result.files()).containsExactly(new Event.FileCreated(at("by-a-daemon")));
        Needs.that("pidfd-exit", result.counter("unwatched") == 0, "this kernel does not tell how a process ended");
        assertThat(exits)
                .containsExactlyInAnyOrder(new Exit.Code(0), new Exit.Code(0), new Exit.Code(7), new Exit.Code(0));
    }

    @Test
    void callsOfAnotherAbiAreSeenWhereNoFilterKillsThem() throws Exception {
        Session.Result result = record("none", "other-abi");
        assertThat(result.out()).doesNotContain("x32");
        Needs.that("i386", result.out().contains("made"), "this kernel has no calls of i386");
        assertThat(result.files()).containsExactly(new Event.FileCreated(at("by-i386")));
    }

    @Test
    void whatHidesItselfIsCountedAsLost() throws Exception {
        Session session = session("none");
        Session.Result result = session.record(session.program("hidden"), "");
        assertThat(result.exit()).isEqualTo(new Exit.Code(0));
        if (result.files().isEmpty()) { // an ordinary user may not look at such a process
            assertThat(result.report().lost()).contains(1L);
            assertThat(result.counter("forbidden")).isEqualTo(1);
            assertThat(result.report().note()).contains("do not let themselves be looked at");
        } else {
            assertThat(result.files()).containsExactly(new Event.FileCreated(at("hidden")));
            assertThat(result.report().lost()).contains(0L);
        }
    }

    @Test
    void longArgumentsAreCutOffAndCounted() throws Exception {
        Session.Result result = record("native", "words");
        Event.ProcessExec exec = (Event.ProcessExec) result.seen().get(1).event();
        assertThat(exec.truncated()).isTrue();
        assertThat(exec.argv()).hasSize(3).startsWith("true", "w".repeat(100_000));
        assertThat(exec.argv().get(2)).hasSize(Calls.MOST_ARGUMENT_BYTES - 100_004);
        assertThat(result.report().truncated()).isEqualTo(1);
    }

    @Test
    void fullSeesWhatIsRead() throws Exception {
        Session session = session("native");
        Session.Result plain = session.record(session.line("cat notify-calls.c; cat not-there"), "");
        assertThat(plain.files()).isEmpty();
        Session.Result full = session.record(session.line("cat notify-calls.c; cat not-there"), "full");
        assertThat(full.files()).contains(new Event.FileRead(at("notify-calls.c")));
        assertThat(full.files()).noneMatch(event -> event.toString().contains("not-there"));
        assertThat(full.counter("absent")).isPositive();
        assertThat(full.report().sees()).contains(Sight.READS);
    }

    @Test
    void withoutAFilterOfTheSandboxItIsSeenAllTheSame() throws Exception {
        Session session = session("native");
        Session.Result result = session.record(Session.withoutFilter(session.line("echo x > made")), "");
        assertThat(result.files()).containsExactly(new Event.FileCreated(at("made")));
    }

    @ParameterizedTest
    @EnumSource
    void aFilterThatRefusesSeccompIsNoHindrance(SeccompPolicy.Action action) throws Exception {
        // What dash needs, and what a probe that would wait uses: socket and connect.
        List<String> calls = List.of(
                "openat",
                "read",
                "write",
                "close",
                "fstat",
                "newfstatat",
                "mmap",
                "munmap",
                "mprotect",
                "brk",
                "pread64",
                "arch_prctl",
                "set_tid_address",
                "set_robust_list",
                "rseq",
                "prlimit64",
                "getrandom",
                "dup2",
                "fcntl",
                "getpid",
                "getppid",
                "getuid",
                "geteuid",
                "getgid",
                "getegid",
                "getcwd",
                "rt_sigaction",
                "rt_sigprocmask",
                "rt_sigreturn",
                "access",
                "ioctl",
                "exit_group",
                "socket",
                "connect");
        Session session = session("native");
        Session.Result result =
                session.record(Session.withFilter(session.line("echo x > made"), action, calls), "full");
        assertThat(result.exit()).as(result.err()).isEqualTo(new Exit.Code(0));
        assertThat(result.files()).contains(new Event.FileCreated(at("made")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"native", "none"})
    void aSensorThatFailsKillsTheCommandAndSaysSo(String backend) throws Exception {
        Session session = session(backend);
        int[] count = new int[1];
        assertThatThrownBy(() -> session.record(session.program("endless"), "", List.of(), (origin, nanos, event) -> {
                    if (++count[0] == 20) {
                        throw new IllegalStateException("a failure on purpose");
                    }
                }))
                .isInstanceOf(GleisnerException.class)
                .hasMessageContaining("a failure on purpose");
    }

    @Test
    void closingWithoutFinishingLeavesNobodyWaiting() throws Exception {
        Session session = session("native");
        try (StagedSandbox sandbox =
                session.backend().stage(session.program("endless"), OutputTaps.NONE, Traps.CHANGES)) {
            try (Sensor sensor = new NotifySensorProvider().create("")) {
                sensor.attach(
                        new Sensor.Target(project, sandbox.pid(), sandbox.listener()), (origin, nanos, event) -> {});
                sandbox.release();
                Session.waitFor(project.resolve("e1"));
            }
            sandbox.kill();
            assertThat(sandbox.await().exit()).isInstanceOf(Exit.Signal.class);
        }
    }

    @Test
    void optionsAreChecked() throws GleisnerException {
        NotifySensorProvider provider = new NotifySensorProvider();
        assertThatThrownBy(() -> provider.create("fast")).isInstanceOf(GleisnerException.BadInput.class);
        try (Sensor sensor = provider.create("")) {
            assertThat(sensor.traps()).isEqualTo(Traps.CHANGES);
            assertThat(sensor.sees()).isEqualTo(provider.sees());
            assertThatThrownBy(() -> sensor.attach(
                            new Sensor.Target(project, 1, OptionalInt.empty()), (origin, nanos, event) -> {}))
                    .isInstanceOf(GleisnerException.HostLacks.class);
        }
        try (Sensor sensor = provider.create("full")) {
            assertThat(sensor.traps()).isEqualTo(Traps.ALL);
        }
    }
}
