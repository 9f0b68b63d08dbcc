package dev.gleisner.adapters.linux.landlock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.ports.HostView.Kind;
import dev.gleisner.ports.contract.Needs;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans in this kernel, applied by {@code confine.c}; each denial has a twin that succeeds without the plan. */
@Tag("kernel")
class LandlockKernelTest {
    @TempDir
    static Path dir;

    private static Path confine;
    private static LandlockAbi abi = LandlockAbi.NONE;

    private Path ro;
    private Path rw;
    private Path outside;

    @BeforeAll
    static void compile() throws Exception {
        abi = LandlockAbi.probe();
        Needs.that("landlock", abi.present(), abi.availability().summary());
        var _ = Needs.tool("cc");
        confine = dir.resolve("confine");
        Path source = dir.resolve("confine.c");
        try (InputStream in = LandlockKernelTest.class.getResourceAsStream("confine.c")) {
            Files.write(source, in.readAllBytes());
        }
        Process cc = new ProcessBuilder("cc", "-O1", "-Wall", "-Werror", "-o", confine.toString(), source.toString())
                .inheritIO()
                .start();
        assertThat(cc.waitFor()).isZero();
    }

    @BeforeEach
    void tree() throws IOException {
        Path top = Files.createTempDirectory(dir, "tree");
        ro = Files.createDirectory(top.resolve("ro"));
        rw = Files.createDirectory(top.resolve("rw"));
        outside = Files.createDirectory(top.resolve("outside"));
        for (Path each : List.of(ro, rw, outside)) {
            Files.writeString(each.resolve("file"), "content");
            Files.copy(confine, each.resolve("program"));
            Files.setPosixFilePermissions(each.resolve("program"), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.createDirectory(rw.resolve("sub"));
    }

    private static Optional<Kind> kind(String path) {
        File file = new File(path);
        return file.isDirectory() ? Optional.of(Kind.DIRECTORY) : Optional.of(Kind.FILE);
    }

    /** A policy on the host's own tree: there is no pivot_root here. */
    private LandlockPlan plan(NetworkAccess network, boolean networkNamespace, LandlockAbi kernel) {
        return plan(network, networkNamespace, kernel, List.of());
    }

    private LandlockPlan plan(
            NetworkAccess network, boolean networkNamespace, LandlockAbi kernel, List<FdRule> descriptors) {
        List<Mount> mounts = new ArrayList<>();
        for (String system : List.of("/usr", "/lib", "/lib64", "/bin")) {
            if (Files.isDirectory(Path.of(system)) && !Files.isSymbolicLink(Path.of(system))) {
                mounts.add(new Mount.Bind(system, system, true, "programs"));
            }
        }
        mounts.add(new Mount.Bind("/etc/ld.so.cache", "/etc/ld.so.cache", true, "loader"));
        mounts.add(new Mount.Bind(ro.toString(), ro.toString(), true, "ro"));
        mounts.add(new Mount.Bind(rw.toString(), rw.toString(), false, "rw"));
        Layout layout = new Layout(
                List.of("/dev/null", "/dev/ptmx"),
                List.of(),
                List.of(),
                Optional.of("/proc"),
                descriptors,
                networkNamespace,
                LandlockKernelTest::kind);
        return LandlockPlan.of(Specs.spec(network, mounts), kernel, layout);
    }

    private LandlockPlan plan() {
        return plan(new NetworkAccess.Isolated(List.of()), true, abi);
    }

    private static String text(LandlockPlan plan) {
        HexFormat hex = HexFormat.of();
        StringBuilder text = new StringBuilder();
        text.append("ruleset ").append(hex.formatHex(plan.rulesetAttr())).append('\n');
        for (PathRule rule : plan.paths()) {
            text.append("path ")
                    .append(hex.formatHex(rule.attr(-1)))
                    .append(' ')
                    .append(rule.path())
                    .append('\n');
        }
        for (FdRule rule : plan.descriptors()) {
            text.append("fd ").append(hex.formatHex(rule.attr())).append('\n');
        }
        for (PortRule rule : plan.ports()) {
            text.append("port ").append(hex.formatHex(rule.attr())).append('\n');
        }
        return text.append("restrict ")
                .append(plan.restrictFlags())
                .append('\n')
                .toString();
    }

    private static String run(Optional<LandlockPlan> plan, String... command) throws Exception {
        String file = "-";
        if (plan.isPresent()) {
            Path written = Files.createTempFile(dir, "plan", "");
            Files.writeString(written, text(plan.get()));
            file = written.toString();
        }
        List<String> line = new ArrayList<>(List.of(confine.toString(), file));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    /** Denied inside; then allowed outside, because the attempt may use up what it works on. */
    private static void denied(LandlockPlan plan, String errno, String... attempt) throws Exception {
        assertThat(run(Optional.of(plan), attempt))
                .as("inside: %s", List.of(attempt))
                .isEqualTo(errno);
        assertThat(run(Optional.empty(), attempt))
                .as("twin: %s", List.of(attempt))
                .isEqualTo("ok");
    }

    private static void allowed(LandlockPlan plan, String... attempt) throws Exception {
        assertThat(run(Optional.of(plan), attempt))
                .as("inside: %s", List.of(attempt))
                .isEqualTo("ok");
    }

    @Test
    void readOnlyIsReadOnly() throws Exception {
        LandlockPlan plan = plan();
        allowed(plan, ":read", ro + "/file");
        allowed(plan, ":list", ro.toString());
        denied(plan, "EACCES", ":write", ro + "/file");
        denied(plan, "EACCES", ":create", ro + "/new");
        denied(plan, "EACCES", ":unlink", ro + "/new");
        if (abi.version() >= 3) {
            denied(plan, "EACCES", ":truncate", ro + "/file");
        }
    }

    @Test
    void writableIsWritableAndMakesNoDevices() throws Exception {
        LandlockPlan plan = plan();
        allowed(plan, ":write", rw + "/file");
        allowed(plan, ":create", rw + "/new");
        allowed(plan, ":mkfifo", rw + "/fifo");
        allowed(plan, ":truncate", rw + "/new");
        allowed(plan, ":unlink", rw + "/new");
        if (abi.version() >= 2) {
            allowed(plan, ":rename", rw + "/file>" + rw + "/sub/file");
        }
        if (System.getProperty("user.name").equals("root")) {
            denied(plan, "EACCES", ":mknod", rw + "/null");
        }
    }

    @Test
    void whatNoRuleNamesIsClosedButListable() throws Exception {
        LandlockPlan plan = plan();
        allowed(plan, ":list", outside.toString());
        denied(plan, "EACCES", ":read", outside + "/file");
        denied(plan, "EACCES", ":write", outside + "/file");
        denied(plan, "EACCES", ":rename", rw + "/file>" + outside + "/moved");
        assertThat(run(Optional.of(plan), ":exec", outside + "/program")).isEqualTo("EACCES");
        assertThat(run(Optional.empty(), ":exec", outside + "/program")).isEmpty(); // it runs and says nothing
        assertThat(run(Optional.of(plan), ":exec", ro + "/program")).isEmpty();
    }

    @Test
    void procIsReadAndNotWritten() throws Exception {
        LandlockPlan plan = plan();
        allowed(plan, ":read", "/proc/self/status");
        denied(plan, "EACCES", ":write", "/proc/self/mem");
        denied(plan, "EACCES", ":write", "/proc/self/comm");
    }

    @Test
    void devicesAnswerWhereTheyAreNamed() throws Exception {
        LandlockPlan plan = plan();
        allowed(plan, ":write", "/dev/null");
        allowed(plan, ":tty", "/dev/ptmx");
        denied(plan, "EACCES", ":read", "/dev/zero");
    }

    @Test
    void abstractSocketsAndSignalsStayInside() throws Exception {
        Needs.that("landlock-scopes", abi.version() >= 6, "Landlock ABI 6, Linux 6.12");
        LandlockPlan plan = plan();
        String name = "gleisner-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
        Process server = new ProcessBuilder(confine.toString(), "-", ":listen-abstract", name).start();
        try {
            assertThat(server.getInputStream().read()).isEqualTo('r');
            denied(plan, "EPERM", ":abstract", name);
            denied(plan, "EPERM", ":signal", Long.toString(server.pid()));
        } finally {
            server.getOutputStream().close();
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void onTheHostsNetworkOnlyTheNamedPortsAreReached() throws Exception {
        Needs.that("landlock-net", abi.version() >= 4, "Landlock ABI 4, Linux 6.7");
        try (ServerSocket good = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ServerSocket bad = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            LandlockPlan ports = plan(new NetworkAccess.Host(List.of(good.getLocalPort())), false, abi);
            allowed(ports, ":connect", Integer.toString(good.getLocalPort()));
            denied(ports, "EACCES", ":connect", Integer.toString(bad.getLocalPort()));
            allowed(ports, ":bind", "0");
            LandlockPlan nothing = plan(new NetworkAccess.Isolated(List.of()), false, abi);
            denied(nothing, "EACCES", ":connect", Integer.toString(good.getLocalPort()));
            denied(nothing, "EACCES", ":bind", "0");
            LandlockPlan ownNamespace = plan();
            allowed(ownNamespace, ":connect", Integer.toString(good.getLocalPort()));
        }
    }

    @Test
    void standardStreamsCanBeOpenedAgain() throws Exception {
        Path log = outside.resolve("log");
        Files.writeString(log, "");
        FdRule rule = new FdRule(2, FsRight.of(FsRight.WRITE_FILE, FsRight.TRUNCATE), "test");
        for (boolean granted : List.of(false, true)) {
            LandlockPlan plan =
                    plan(new NetworkAccess.Isolated(List.of()), true, abi, granted ? List.of(rule) : List.of());
            Path file = Files.createTempFile(dir, "plan", "");
            Files.writeString(file, text(plan));
            Process shell = new ProcessBuilder(
                            confine.toString(), file.toString(), "sh", "-c", "echo hello > /dev/stderr")
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            shell.getOutputStream().close();
            assertThat(shell.waitFor()).isEqualTo(granted ? 0 : 2);
            assertThat(Files.readString(log).contains("hello")).isEqualTo(granted);
        }
    }

    @Test
    void thisKernelTakesEveryOlderPlan() throws Exception {
        for (int version = 1; version <= abi.used(); version++) {
            LandlockPlan plan = plan(new NetworkAccess.Host(List.of(443)), false, LandlockAbi.of(version, 0));
            assertThat(run(Optional.of(plan), ":write", ro + "/file"))
                    .as("ABI %d", version)
                    .isEqualTo("EACCES");
            assertThat(run(Optional.of(plan), ":write", rw + "/file"))
                    .as("ABI %d", version)
                    .isEqualTo("ok");
        }
    }

    @Test
    void ordinaryProgramsRun() throws Exception {
        assertThat(run(Optional.of(plan()), "sh", "-c", "cd " + rw + " && echo hi > a && cat a | tr i o && rm a"))
                .isEqualTo("ho");
    }

    @Test
    void theConstantsAreThoseOfTheHeader() throws Exception {
        StringBuilder source = new StringBuilder("#include <linux/landlock.h>\n#include <stdio.h>\nint main(void) {\n");
        for (FsRight right : FsRight.values()) {
            check(source, "LANDLOCK_ACCESS_FS_" + right.name(), right.bit());
        }
        for (NetRight right : NetRight.values()) {
            check(source, "LANDLOCK_ACCESS_NET_" + right.name(), right.bit());
        }
        check(source, "LANDLOCK_SCOPE_SIGNAL", LandlockUapi.SCOPE_SIGNAL);
        check(source, "LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET", LandlockUapi.SCOPE_ABSTRACT_UNIX_SOCKET);
        check(source, "LANDLOCK_CREATE_RULESET_VERSION", LandlockUapi.CREATE_RULESET_VERSION);
        check(source, "LANDLOCK_CREATE_RULESET_ERRATA", LandlockUapi.CREATE_RULESET_ERRATA);
        check(source, "LANDLOCK_ADD_RULE_QUIET", LandlockUapi.ADD_RULE_QUIET);
        check(source, "LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF", LandlockUapi.RESTRICT_SELF_LOG_SAME_EXEC_OFF);
        check(source, "LANDLOCK_RESTRICT_SELF_LOG_NEW_EXEC_ON", LandlockUapi.RESTRICT_SELF_LOG_NEW_EXEC_ON);
        check(source, "LANDLOCK_RESTRICT_SELF_LOG_SUBDOMAINS_OFF", LandlockUapi.RESTRICT_SELF_LOG_SUBDOMAINS_OFF);
        check(source, "LANDLOCK_RESTRICT_SELF_TSYNC", LandlockUapi.RESTRICT_SELF_TSYNC);
        check(source, "LANDLOCK_RESTRICT_SELF_NO_NEW_PRIVS", LandlockUapi.RESTRICT_SELF_NO_NEW_PRIVS);
        source.append("_Static_assert(sizeof(struct landlock_path_beneath_attr) == ")
                .append(LandlockUapi.PATH_BENEATH_SIZE)
                .append(", \"size\");\nreturn 0; }\n");
        Path file = dir.resolve("constants.c");
        Files.writeString(file, source);
        List<String> line = new ArrayList<>(
                List.of("cc", "-Werror", "-o", dir.resolve("constants").toString()));
        Path vendored = Path.of("..", "jextract", "headers"); // newer than those of most machines
        if (Files.isRegularFile(vendored.resolve("linux/landlock.h"))) {
            line.add("-I" + vendored);
        }
        line.add(file.toString());
        assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).isZero();
        Process process = new ProcessBuilder(dir.resolve("constants").toString()).start();
        String differences = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(differences).isEmpty();
    }

    private static void check(StringBuilder source, String name, long value) {
        source.append("#ifdef ")
                .append(name)
                .append("\nif (")
                .append(name)
                .append(" != ")
                .append(value);
        source.append("ULL) puts(\"").append(name).append("\");\n#endif\n");
    }
}
