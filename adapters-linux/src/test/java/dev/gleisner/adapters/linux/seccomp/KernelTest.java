package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Action;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Preset;
import dev.gleisner.ports.contract.Needs;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The programs in the kernel: {@code probe.c} loads one and makes a call, or becomes a real program. */
@Tag("kernel")
class KernelTest {
    /** What a shell reports of a process that died of SIGSYS. */
    private static final int KILLED = 128 + 31;

    private static final Map<String, String> ERRNOS = Map.of(
            "1", "EPERM", "38", "ENOSYS", "93", "EPROTONOSUPPORT", "94", "ESOCKTNOSUPPORT", "97", "EAFNOSUPPORT");

    @TempDir
    static Path dir;

    private static Path probe;
    private static boolean root;
    /** This test runs under a filter of somebody else, such as a container's; twins then prove nothing. */
    private static boolean confined;

    private record Ran(int status, String out, String err) {
        /** {@code ok}, {@code killed}, or the errno by name or number. */
        String verdict() {
            if (status == KILLED) {
                return "killed";
            }
            assertThat(status).as(err).isZero();
            return ERRNOS.getOrDefault(out.strip(), out.strip());
        }
    }

    @BeforeAll
    static void compile() throws Exception {
        var _ = Needs.tool("cc");
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the probe is for x86_64");
        Path source = dir.resolve("probe.c");
        try (InputStream in = KernelTest.class.getResourceAsStream("probe.c")) {
            Files.copy(in, source);
        }
        probe = dir.resolve("probe");
        Ran cc = run(dir, List.of("cc", "-O1", "-Wall", "-Werror", "-o", probe.toString(), source.toString()));
        assertThat(cc.status()).as(cc.err()).isZero();
        confined = Files.readString(Path.of("/proc/self/status")).contains("Seccomp:\t2");
        root = Files.getOwner(probe).getName().equals("root");
    }

    private static Ran run(Path workingDirectory, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(dir, "out", "");
        Path err = Files.createTempFile(dir, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("HOME", workingDirectory.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        if (!process.waitFor(90, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("still running after 90 s: " + command);
        }
        return new Ran(process.exitValue(), read(out), read(err));
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    private static String load(SeccompPolicy policy) throws IOException {
        Path file = Files.createTempFile(dir, "filter", ".bpf");
        Files.write(file, SeccompFilterTest.program(policy).bytes());
        return file.toString();
    }

    private static String call(String filter, String name) throws IOException, InterruptedException {
        return run(dir, List.of(probe.toString(), filter, "call", name)).verdict();
    }

    /**
     * The call, its outcome under BASELINE with ERRNO, and under NODEJS with KILL. {@code differs} means that the twin
     * without a filter must show something else; {@code root} that only for root it does; {@code same} that it shows
     * the same; {@code any} that it depends on this kernel's options.
     */
    @ParameterizedTest
    @CsvSource({
        "i386 socket, killed, killed, differs",
        "i386 getpid, killed, killed, differs",
        "x32 getpid, killed, killed, differs",
        "nr -1, ENOSYS, ENOSYS, same",
        "nr 400, ENOSYS, ENOSYS, same",
        "io_uring_setup, EPERM, killed, any",
        "io_uring_enter bad fd, EPERM, killed, any",
        "TIOCSTI, EPERM, killed, root",
        "TIOCSTI high bits, EPERM, killed, root",
        "TIOCLINUX, EPERM, killed, differs",
        "TIOCSETD, EPERM, killed, differs",
        "TCGETS, ok, ok, same",
        "fork, ok, ok, same",
        "clone NEWUSER, EPERM, killed, root",
        "clone NEWNET, EPERM, killed, root",
        "clone NEWNS high bits, EPERM, killed, root",
        "clone3 null, ENOSYS, ENOSYS, differs",
        "unshare NEWUSER, EPERM, killed, root",
        "unshare NEWNS, EPERM, killed, root",
        "unshare NEWTIME, EPERM, killed, root",
        "unshare FILES, ok, ok, same",
        "socket unix, ok, ok, same",
        "socket tcp, ok, ok, same",
        "socket udp6, ok, ok, any",
        "socket route, ok, ok, same",
        "socket audit, EPROTONOSUPPORT, EPROTONOSUPPORT, any",
        "socket vsock, EAFNOSUPPORT, EAFNOSUPPORT, any",
        "socket alg, EAFNOSUPPORT, EAFNOSUPPORT, any",
        "socket packet, EAFNOSUPPORT, EAFNOSUPPORT, any",
        "socket inet packet, EPERM, EPERM, any",
        "socket raw, EPERM, EPERM, root",
        "socket mptcp, EPROTONOSUPPORT, EPROTONOSUPPORT, any",
        "socket udplite, EPROTONOSUPPORT, EPROTONOSUPPORT, any",
        "socketpair, ok, ok, same",
        "sendto fast open, EPERM, killed, differs",
        "sendmsg fast open, EPERM, killed, differs",
        "sendmmsg fast open, EPERM, killed, differs",
        "mount null, EPERM, killed, root",
        "umount2 null, EPERM, killed, root",
        "open_tree bad fd, EPERM, killed, differs",
        "fsopen null, EPERM, killed, root",
        "move_mount bad fd, EPERM, killed, root",
        "mount_setattr bad fd, EPERM, killed, root",
        "setns bad fd, EPERM, killed, differs",
        "pidfd_getfd bad fd, EPERM, killed, differs",
        "quotactl_fd bad fd, EPERM, killed, differs",
        "bpf null, EPERM, killed, root",
        "perf_event_open null, EPERM, killed, differs",
        "userfaultfd, EPERM, killed, differs",
        "keyctl, EPERM, killed, differs",
        "ptrace, EPERM, killed, differs",
        "process_vm_readv, EPERM, killed, differs",
        "kcmp, EPERM, killed, differs",
        "personality read, ok, ok, same",
        "personality no aslr, EPERM, killed, differs",
        "prctl PR_SET_MM, EPERM, killed, differs",
        "landlock abi, ok, ok, any",
        "getuid, ok, ok, same",
    })
    void theKernelAgrees(String call, String baseline, String nodejsKill, String twin) throws Exception {
        assertThat(call(load(SeccompPolicy.of(Preset.BASELINE, Action.ERRNO)), call))
                .isEqualTo(baseline);
        assertThat(call(load(SeccompPolicy.of(Preset.NODEJS, Action.KILL)), call))
                .isEqualTo(nodejsKill);
        Ran free = run(dir, List.of(probe.toString(), "-", "call", call));
        if (confined) {
            System.out.println("twin skipped, this test is under a filter itself: " + call);
            return;
        }
        switch (twin) {
            case "differs" ->
                assertThat(free.status() == 0 ? free.verdict() : "died").isNotEqualTo(baseline);
            case "root" -> {
                if (root) {
                    assertThat(free.verdict()).isNotEqualTo(baseline);
                }
            }
            case "same" -> assertThat(free.verdict()).isEqualTo(baseline);
            case "any" ->
                System.out.println("without filter, " + call + ": " + (free.status() == 0 ? free.verdict() : "died"));
            default -> throw new AssertionError(twin);
        }
    }

    @Test
    void learningModeLetsMissesThroughAndStillRefusesInjection() throws Exception {
        String filter = load(new SeccompPolicy(Preset.CUSTOM, Action.LOG, List.of("read"), false, true));
        assertThat(call(filter, "getuid")).isEqualTo("ok");
        assertThat(call(filter, "ptrace")).isEqualTo("ok");
        assertThat(call(filter, "TIOCSTI")).isEqualTo("EPERM");
        assertThat(call(filter, "mount null")).isEqualTo("EPERM");
        assertThat(call(filter, "socket mptcp")).isEqualTo("EPROTONOSUPPORT");
    }

    @Test
    void customAllowsNoMoreThanItSays() throws Exception {
        String filter = load(new SeccompPolicy(Preset.CUSTOM, Action.KILL, List.of("read"), false, true));
        assertThat(run(dir, List.of(probe.toString(), filter, "exec", "true")).status())
                .isEqualTo(KILLED);
        assertThat(run(dir, List.of(probe.toString(), "-", "exec", "true")).status())
                .isZero();
    }

    @Test
    void optionsReachTheKernel() throws Exception {
        String noNetwork = load(new SeccompPolicy(Preset.NODEJS, Action.ERRNO, List.of(), false, false));
        assertThat(call(noNetwork, "socket tcp")).isEqualTo("EAFNOSUPPORT");
        assertThat(call(noNetwork, "socket unix")).isEqualTo("ok");
        String userns = load(new SeccompPolicy(Preset.NODEJS, Action.ERRNO, List.of("ptrace"), true, true));
        assertThat(call(userns, "clone3 null")).isEqualTo("22");
        assertThat(call(userns, "ptrace")).isEqualTo("ok");
    }

    // ---- real programs ----

    record Program(String name, List<String> command, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Program> PROGRAMS = List.of(
            new Program("bash", List.of("bash", "-c", """
                            set -em
                            seq 1 1000 | sort -rn | head -3 | tr '\\n' ' ' > sorted
                            read -r first _ < sorted || true; [ "$first" = 1000 ]
                            sleep 5 & kill -STOP %1; kill -CONT %1; kill %1; wait %1 || true
                            mkfifo pipe; (echo through > pipe) & [ "$(cat pipe)" = through ]
                            cp -a sorted copy; mv copy moved; ln -s moved link; chmod 600 link; touch -d 2020-01-01 moved
                            tar cf all.tar sorted moved link; mkdir out; tar xf all.tar -C out; find out -type f | wc -l
                            timeout 5 true; nice true; exec 3<<<here; cat <&3; diff <(echo a) <(echo a)
                            """), "2\nhere"),
            new Program("script", List.of("bash", "-c", """
                            script -qec "bash --norc -ic 'sleep 9 & jobs; kill %1; fg; test -t 0 && echo on a terminal'" log > shown
                            grep -o 'on a terminal' shown | head -1
                            """), "on a terminal"),
            new Program("node", List.of("node", "-e", """
                            const fs = require('fs'), http = require('http'), cp = require('child_process');
                            const { Worker } = require('worker_threads');
                            fs.mkdirSync('d'); fs.writeFileSync('d/f', 'x'.repeat(100000)); fs.cpSync('d', 'e', {recursive: true});
                            const watcher = fs.watch('d', () => {});
                            require('os').networkInterfaces();
                            const server = http.createServer((q, s) => s.end('hello')).listen(0, '127.0.0.1', async () => {
                              const text = await (await fetch('http://127.0.0.1:' + server.address().port)).text();
                              const echoed = cp.execFileSync('sh', ['-c', 'echo child']).toString().trim();
                              const worker = new Worker("require('worker_threads').parentPort.postMessage('worker')", {eval: true});
                              const zipped = require('zlib').gzipSync(fs.readFileSync('e/f')).length < 1000;
                              worker.on('message', m => { console.log(text, echoed, m, zipped); server.close(); watcher.close(); });
                            });
                            """), "hello child worker true"),
            new Program("git", List.of("bash", "-c", """
                            set -e
                            git init -q -b main r; cd r; git config user.email a@b; git config user.name n
                            for i in 1 2 3; do echo $i > f$i; git add .; git commit -qm c$i; done
                            git branch b; git gc -q; git clone -q --no-hardlinks . ../s; git -C ../s log --oneline | wc -l
                            git worktree add -q ../w b; git status --short; git rebase -q main
                            """), "3"),
            new Program("python3", List.of("python3", "-c", """
                            import subprocess, threading, multiprocessing, tempfile, socket, sqlite3, os
                            t = threading.Thread(target=lambda: None); t.start(); t.join()
                            s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(s.getsockname())
                            with multiprocessing.get_context('fork').Pool(2) as p: assert p.map(abs, [-1, -2]) == [1, 2]
                            with tempfile.TemporaryDirectory() as d:
                                db = sqlite3.connect(d + '/x.db'); db.execute('create table t (a)'); db.commit()
                            print(subprocess.check_output(['echo', 'sub'], text=True).strip())
                            """), "sub"),
            new Program("cc", List.of("bash", "-c", """
                            set -e
                            printf '#include <stdio.h>\\nint main(void){puts("compiled");}\\n' > h.c
                            printf 'h: h.c\\n\\tcc -O2 -pipe -g -o h h.c\\n' > Makefile
                            if command -v make > made; then make -sj2; else cc -pipe -o h h.c; fi; ./h
                            """), "compiled"),
            new Program("java", List.of("bash", "-c", """
                            set -e
                            "$0/bin/java" -version 2> version
                            printf 'class H { public static void main(String[] a) throws Exception {
                              var s = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                              new java.net.Socket(s.getInetAddress(), s.getLocalPort()).close();
                              var p = new ProcessBuilder("echo", "child").inheritIO().start(); p.waitFor();
                              Thread.ofVirtual().start(() -> System.out.println("jvm")).join(); } }' > H.java
                            "$0/bin/java" H.java
                            """, System.getProperty("java.home")), "child\njvm"));

    static Stream<Arguments> programsUnderPresets() {
        List<Arguments> all = new ArrayList<>();
        for (Program program : PROGRAMS) {
            all.add(Arguments.of(program, SeccompPolicy.of(Preset.BASELINE, Action.ERRNO)));
            all.add(Arguments.of(program, SeccompPolicy.of(Preset.NODEJS, Action.ERRNO)));
            // The hardest of them: one call that is not on the list, and the program is dead.
            all.add(Arguments.of(program, SeccompPolicy.of(Preset.NODEJS, Action.KILL)));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("programsUnderPresets")
    void ordinaryProgramsRun(Program program, SeccompPolicy policy, @TempDir Path work) throws Exception {
        if (!program.name().equals("java")) {
            var _ = Needs.tool(program.name());
        }
        List<String> command = new ArrayList<>(List.of(probe.toString(), load(policy), "exec"));
        command.addAll(program.command());
        Ran ran = run(work, command);
        assertThat(ran.status()).as(ran.err() + ran.out()).isZero();
        assertThat(ran.out().strip()).isEqualTo(program.expected());
    }
}
