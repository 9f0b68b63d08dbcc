package dev.gleisner.adapters.audit.ebpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.ports.EventConsumer;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Sensor;
import dev.gleisner.ports.contract.Needs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A C program does what it is told, and the sensor has to tell exactly that. */
@Tag("kernel")
final class EbpfSensorTest {
    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int EEXIST = 17;
    private static final int ECONNREFUSED = 111;

    /** An event and where it came from. */
    record Seen(Origin origin, Event event) {}

    /** All that is known of one run. */
    record Run(long pid, List<Seen> seen, SensorReport report, String output) {
        List<Event> worked() {
            return seen.stream()
                    .filter(one -> one.origin().worked())
                    .map(Seen::event)
                    .toList();
        }

        List<Event> failed(int errno) {
            return seen.stream()
                    .filter(one -> one.origin().errno() == errno)
                    .map(Seen::event)
                    .toList();
        }

        <T extends Event> List<T> of(Class<T> type) {
            return worked().stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    @TempDir
    private static Path tools;

    @TempDir
    private Path project;

    @BeforeAll
    static void needs() throws Exception {
        Needs.feature("ebpf", new EbpfSensorProvider().probe());
        Path compiler = Needs.tool("cc");
        Path source = tools.resolve("actions.c");
        try (InputStream in = EbpfSensorTest.class.getResourceAsStream("actions.c")) {
            Files.copy(in, source);
        }
        Process compile = new ProcessBuilder(compiler.toString(), "-O1", "-pthread", "-o", actions(), source.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(compile.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compile.waitFor()).as(said).isZero();
    }

    private static String actions() {
        return tools.resolve("actions").toString();
    }

    private Run run(String... action) throws Exception {
        return run("", Recorder.open(), action);
    }

    /** Starts the program, attaches, lets it go on, and waits for its end. */
    private Run run(String option, Recorder recorder, String... action) throws Exception {
        List<String> command = new ArrayList<>(List.of(actions()));
        command.addAll(List.of(action));
        Process process =
                new ProcessBuilder(command).directory(project.toFile()).start();
        return watch(option, recorder, process, process.pid());
    }

    private Run watch(String option, Recorder recorder, Process process, long pid) throws Exception {
        try (Sensor sensor = new EbpfSensorProvider().create(option)) {
            sensor.attach(new Sensor.Target(project, pid, OptionalInt.empty()), recorder);
            process.getOutputStream().write('x');
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            recorder.release();
            return new Run(pid, recorder.seen, sensor.finish(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Keeps what comes; a closed one lets nobody go on until it is released. */
    private static final class Recorder implements EventConsumer {
        private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch gate;
        private volatile String reader = "";

        private Recorder(int count) {
            gate = new CountDownLatch(count);
        }

        static Recorder open() {
            return new Recorder(0);
        }

        static Recorder closed() {
            return new Recorder(1);
        }

        void release() {
            gate.countDown();
        }

        @Override
        public void accept(Origin origin, long nanos, Event event) {
            try {
                gate.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            if (reader.isEmpty()) {
                reader = status();
            }
            assertThat(nanos).isPositive().isLessThanOrEqualTo(System.nanoTime());
            seen.add(new Seen(origin, event));
        }
    }

    /** What the kernel says of the calling thread. */
    private static String status() {
        try {
            return Files.readString(Path.of("/proc/thread-self/status"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String at(String name) {
        return PathText.decode(project.toString().getBytes(StandardCharsets.UTF_8)) + "/" + name;
    }

    @Test
    void filesAreSeenAsTheKernelKnowsThem() throws Exception {
        Run run = run("files");
        assertThat(run.worked())
                .containsSubsequence(
                        new Event.FileCreated(at("created")),
                        new Event.FileRead(at("created")),
                        new Event.FileWritten(at("created")),
                        new Event.FileRead(at("created")), // by openat2
                        new Event.FileRead(project.toString()),
                        new Event.DirectoryCreated(at("directory")),
                        new Event.FileRead(at("directory")),
                        new Event.FileLinked(at("created"), at("directory/linked")),
                        new Event.SymbolicLinkCreated(at("directory/symbolic"), "some where"),
                        new Event.FileRenamed(at("directory/linked"), at("renamed")),
                        new Event.FileRenamed(at("renamed"), at("directory/again")),
                        new Event.FileCreated(at("left")),
                        new Event.FileCreated(at("right")),
                        new Event.FileRenamed(at("left"), at("right")),
                        new Event.FileRenamed(at("right"), at("left")),
                        new Event.FileWritten(at("left")), // truncate
                        new Event.FileWritten(at("left")), // open
                        new Event.FileWritten(at("left")), // ftruncate
                        new Event.AttributesChanged(at("left")), // chmod
                        new Event.AttributesChanged(at("left")), // fchmod
                        new Event.AttributesChanged(at("left")), // utimensat
                        new Event.AttributesChanged(at("left")), // futimens
                        new Event.AttributesChanged(at("left")), // lchown
                        new Event.FileCreated(at("fifo")),
                        new Event.FileDeleted(at("fifo")),
                        new Event.FileDeleted(at("directory/again")),
                        new Event.FileDeleted(at("directory/symbolic")),
                        new Event.DirectoryDeleted(at("directory")),
                        new Event.DirectoryCreated(at("other")),
                        new Event.DirectoryDeleted(at("other")),
                        new Event.FileCreated(at("café \\xff \\\\")));
        assertThat(run.failed(EEXIST))
                .containsExactly(new Event.FileCreated(at("created")), new Event.DirectoryCreated(at("directory")));
        assertThat(run.of(Event.FileLinked.class))
                .anyMatch(link -> link.newPath().equals(at("named")));
        assertThat(run.report().counters())
                .containsEntry("absent", 8L) // seven that are not there, one below a file
                .containsEntry("openedAsPathOnly", 1L)
                .containsEntry("malformedRecords", 0L);
        assertComplete(run);
    }

    private static void assertComplete(Run run) {
        assertThat(run.report().lost()).contains(0L);
        assertThat(run.report().events()).isEqualTo(run.seen().size());
        assertThat(run.report().attachedBeforeRelease()).isTrue();
        Seen last = run.seen().getLast();
        assertThat(last.event()).isInstanceOf(Event.ProcessExit.class);
        assertThat(run.seen()).allMatch(one -> one.origin().source().equals("ebpf"));
    }

    @Test
    void pathsLongerThanAnySystemCallTakesAreWhole() throws Exception {
        Run run = run("deep");
        String bottom = project + ("/" + "d".repeat(200)).repeat(25) + "/bottom";
        assertThat(run.worked()).contains(new Event.FileCreated(bottom), new Event.FileDeleted(bottom));
        assertThat(run.report().truncated()).isZero();
        assertComplete(run);
    }

    @Test
    void theLongestNameThatASystemCallTakesIsWhole() throws Exception {
        Run run = run("longest");
        List<Event.FileCreated> created = run.of(Event.FileCreated.class);
        assertThat(created).hasSize(1);
        String path = created.getFirst().path();
        assertThat(path)
                .startsWith(project + "/lll")
                .endsWith("f")
                .hasSize(project.toString().length() + 1 + 4095);
        assertThat(run.worked()).contains(new Event.FileDeleted(path));
        assertThat(run.report().truncated()).isZero();
    }

    @Test
    void inAChrootPathsBeginAtTheRealRoot() throws Exception {
        Needs.that("root", ProcessHandle.current().info().user().orElse("").equals("root"), "chroot(2) needs root");
        Run run = run("jailed");
        assertThat(run.worked())
                .containsSubsequence(
                        new Event.DirectoryCreated(at("jail")),
                        new Event.FileCreated(at("jail/inside")),
                        new Event.FileDeleted(at("jail/inside")));
    }

    @Test
    void threadsBelongToTheirProcess() throws Exception {
        Run run = run("threads");
        assertThat(run.of(Event.FileCreated.class))
                .extracting(Event.FileCreated::path)
                .containsExactlyInAnyOrder(at("t0"), at("t1"), at("t2"), at("t3"));
        assertThat(run.seen()).allMatch(one -> one.origin().pid() == run.pid());
        assertThat(run.of(Event.ProcessForked.class)).isEmpty();
        assertThat(run.of(Event.ProcessExit.class)).hasSize(1);
        assertComplete(run);
    }

    @Test
    void aProcessEndsWithItsLastThread() throws Exception {
        Run run = run("leader-first");
        assertThat(run.worked())
                .containsSubsequence(new Event.FileCreated(at("after")), new Event.ProcessExit(new Exit.Code(0)));
        assertThat(run.of(Event.ProcessExit.class)).hasSize(1);
    }

    @Test
    void everyWayToStartAProcessIsSeen() throws Exception {
        Run run = run("processes");
        List<Event.ProcessForked> forks = run.of(Event.ProcessForked.class);
        assertThat(forks).hasSize(5).allMatch(fork -> fork.childStartMicros() > 0);
        Set<Long> children = forks.stream().map(Event.ProcessForked::childPid).collect(Collectors.toSet());
        assertThat(children).hasSize(5);
        assertThat(run.seen().stream()
                        .filter(one -> one.event() instanceof Event.ProcessExit
                                && children.contains(one.origin().pid()))
                        .map(Seen::event))
                .containsExactly(
                        new Event.ProcessExit(new Exit.Code(3)),
                        new Event.ProcessExit(new Exit.Code(0)),
                        new Event.ProcessExit(new Exit.Signal(15)),
                        new Event.ProcessExit(new Exit.Code(7)),
                        new Event.ProcessExit(new Exit.Code(0)));
        List<Event.ProcessExec> execs = run.of(Event.ProcessExec.class);
        assertThat(execs)
                .extracting(Event.ProcessExec::argv)
                .containsExactly(
                        List.of("true", "one", "two words", "", "last"),
                        List.of("sh", "-c", "exit 7"),
                        List.of("by descriptor"));
        assertThat(execs)
                .allMatch(exec -> exec.parentPid() == run.pid()
                        && exec.workingDirectory().equals(project.toString())
                        && exec.executable().startsWith("/")
                        && !exec.truncated());
        assertThat(run.failed(EACCES))
                .containsExactly(
                        new Event.ProcessExec(ProcessHandle.current().pid(), at("not a program"), List.of(), true, ""));
        assertThat(run.report().counters().get("absent")).isPositive();
        assertComplete(run);
    }

    @Test
    void tooManyArgumentsAreCutAndItIsSaid() throws Exception {
        Run run = run("many-arguments"); // 2000 times 101 bytes
        Event.ProcessExec exec = run.of(Event.ProcessExec.class).getFirst();
        assertThat(exec.truncated()).isTrue();
        assertThat(exec.argv()).hasSize(649); // 65536 bytes
        assertThat(exec.argv().subList(0, 648)).allMatch("a".repeat(100)::equals);
        assertThat(run.report().truncated()).isEqualTo(1);
    }

    @Test
    void aDaemonIsFollowedToItsEnd() throws Exception {
        Run run = run("daemon");
        assertThat(run.worked()).contains(new Event.FileCreated(at("by the daemon")));
        assertThat(run.of(Event.ProcessExit.class)).hasSize(3);
        assertComplete(run);
    }

    @Test
    void connectionsAndAddressesAreSeen() throws Exception {
        Run run = run("sockets");
        String server = "127.0.0.1:" + run.output().strip().replace("port ", "");
        assertThat(run.worked())
                .containsSubsequence(
                        new Event.NetworkBind("tcp", server),
                        new Event.NetworkConnect("tcp", server),
                        new Event.NetworkSend("udp", "[::1]:4242"),
                        new Event.NetworkBind("unix", "socket"),
                        new Event.NetworkConnect("unix", "socket"),
                        new Event.NetworkAccept("unix", "socket"),
                        new Event.NetworkBind("unix", "@hidden"));
        assertThat(run.of(Event.NetworkAccept.class))
                .anyMatch(accept -> accept.protocol().equals("tcp")
                        && accept.address().startsWith("127.0.0.1:")
                        && !accept.address().equals(server));
        assertThat(run.seen().stream().filter(one -> one.event() instanceof Event.NetworkSend))
                .hasSize(4);
        assertThat(run.failed(ECONNREFUSED)).contains(new Event.NetworkConnect("tcp", "127.0.0.1:1"));
        assertComplete(run);
    }

    @Test
    void whatAFilterRefusesIsDeniedAndNothingElse() throws Exception {
        Run run = run("filtered");
        assertThat(run.failed(EPERM))
                .containsExactly(
                        new Event.Denied("seccomp", "mount", "a filter answered it"),
                        new Event.Denied("seccomp", "io_uring_setup", "a filter answered it"));
        assertThat(run.seen())
                .filteredOn(one -> one.event() instanceof Event.Denied)
                .hasSize(2);
        assertThat(run.report().counters()).containsEntry("clone3Fallbacks", 1L);
        assertComplete(run);
    }

    @Test
    void aRingThatNobodyCanLookIntoIsSaid() throws Exception {
        Run run = run("uring");
        assertThat(run.seen())
                .extracting(Seen::event)
                .contains(new Event.EventsLost(-1, "io_uring_setup: what goes through it is not seen"));
        if (run.report().counters().get("ioUrings") > 0) {
            assertThat(run.report().lost()).isEmpty();
            assertThat(run.report().note()).contains("io_uring");
        }
    }

    @Test
    void aCallThatIsNotDecodedLeavesNoNumberOfLosses() throws Exception {
        Run run = run("thirty-two");
        Needs.that("ia32", run.output().strip().equals("1"), "this kernel takes no 32-bit calls");
        assertThat(run.report().counters()).containsEntry("foreignSystemCalls", 1L);
        assertThat(run.report().lost()).isEmpty();
        assertThat(run.report().note()).contains("32-bit");
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 50_000})
    void whatDoesNotFitIsCountedToTheLast(int opens) throws Exception {
        // Nobody reads until all is over: a ring of 64 KiB holds some hundred records.
        Run run = run("ring:64K", Recorder.closed(), "burst", String.valueOf(opens));
        long lost = run.report().lost().orElseThrow();
        long read = run.worked().stream()
                .filter(event -> event.equals(new Event.FileRead("/proc/" + run.pid() + "/status")))
                .count();
        assertThat(lost).isPositive();
        // The process' end is one more, which either came or was lost.
        assertThat(run.seen().size() + lost).isEqualTo(opens + 1);
        assertThat(read).isPositive().isLessThan(opens);
        assertThat(run.report().events()).isEqualTo(run.seen().size());
        assertThat(run.report().note()).contains("lost");
    }

    @Test
    void anOrdinaryRingLosesNothingInTheSameBurst() throws Exception {
        Run run = run("burst", "100000");
        assertThat(run.seen()).hasSize(100_001);
        assertComplete(run);
    }

    @Test
    void onlyThePayloadOfAPidNamespaceIsSeenAndNotItsInit() throws Exception {
        Needs.tool("unshare");
        Needs.that("root", ProcessHandle.current().info().user().orElse("").equals("root"), "unshare(1) needs root");
        Process process = new ProcessBuilder(
                        "unshare", "--pid", "--fork", "sh", "-c", "\"$0\" daemon; sleep 1; exit 0", actions())
                .directory(project.toFile())
                .start();
        long pid = grandchild(process);
        Run run = watch("", Recorder.open(), process, pid);
        assertThat(run.worked()).contains(new Event.FileCreated(at("by the daemon")));
        assertThat(run.seen()).anyMatch(one -> one.origin().pid() == pid);
        assertThat(run.of(Event.ProcessExit.class)).hasSize(4); // with sleep; not the shell's, which is process 1 there
        assertThat(run.report().lost()).contains(0L);
    }

    private static long grandchild(Process unshare) throws InterruptedException {
        for (int tries = 0; tries < 500; tries++) {
            List<ProcessHandle> below = unshare.toHandle().descendants().toList();
            if (below.size() >= 2) {
                return below.get(1).pid();
            }
            Thread.sleep(10);
        }
        throw new AssertionError("unshare has not started the program");
    }

    @Test
    void theThreadThatReadsHasNoCapabilityLeft() throws Exception {
        Recorder recorder = Recorder.open();
        run("", recorder, "threads");
        assertThat(recorder.reader)
                .containsPattern("CapPrm:\\s0{16}\n")
                .containsPattern("CapEff:\\s0{16}\n")
                .contains("Name:\tgleisner-ebpf");
        assertThat(status()).doesNotContainPattern("CapEff:\\s0{16}\n");
    }

    @Test
    void aSensorThatIsNeverAttachedLeavesNothing() throws Exception {
        new EbpfSensorProvider().create("").close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ring:", "ring:3M", "ring:1K", "ring:2G", "ring:99999999999999M", "full", "ring:-1"})
    void anOptionThatMakesNoSenseIsRefused(String option) {
        assertThatThrownBy(() -> new EbpfSensorProvider().create(option))
                .isInstanceOf(GleisnerException.BadInput.class);
    }
}
