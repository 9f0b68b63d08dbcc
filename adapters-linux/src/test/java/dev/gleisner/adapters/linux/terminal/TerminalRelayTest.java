package dev.gleisner.adapters.linux.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.landlock.Needs;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay between two pseudo-terminals: {@code outer} is the person's, {@code inner} the sandbox's. */
@Tag("kernel")
@Timeout(60)
class TerminalRelayTest {
    private Pty outer;
    private Pty inner;

    @BeforeEach
    void open() throws Exception {
        outer = new Pty();
        inner = new Pty();
    }

    @AfterEach
    void close() {
        inner.close();
        outer.close();
    }

    private TerminalRelay relay() throws Exception {
        return TerminalRelay.start(inner.giveMaster(), outer.slave, outer.slave);
    }

    private String shown(int enough) throws Exception {
        return new String(Pty.read(outer.master, enough, 5_000), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void factsAboutDescriptors() throws Exception {
        int[] pipe = Pty.pipe(0);
        assertThat(Terminal.isTerminal(outer.slave)).isTrue();
        assertThat(Terminal.isTerminal(pipe[0])).isFalse();
        assertThat(Terminal.isTerminal(9999)).isFalse();
        assertThat(Terminal.size(pipe[0])).isEmpty();
        WindowSize size = new WindowSize(33, 101, 800, 600);
        Terminal.setSize(outer.slave, size);
        assertThat(Terminal.size(outer.master)).contains(size);
        Fds.close(pipe[0]);
        Fds.close(pipe[1]);
    }

    @Test
    void rawModeIsUndoneOnce() throws Exception {
        byte[] before = outer.termios();
        RawMode first = RawMode.enter(outer.slave);
        assertThat(outer.termios()).isNotEqualTo(before);
        first.close();
        assertThat(outer.termios()).isEqualTo(before);
        RawMode second = RawMode.enter(outer.slave);
        first.close(); // must not undo the second
        assertThat(outer.termios()).isNotEqualTo(before);
        second.close();
        assertThat(outer.termios()).isEqualTo(before);
    }

    @Test
    void bytesPassBothWaysAndTheFilterStands() throws Exception {
        try (TerminalRelay relay = relay()) {
            assertThat(Pty.write(inner.slave, bytes("hello\n\033]52;c;AAAA\007there")))
                    .isZero();
            assertThat(shown(12)).isEqualTo("hello\r\nthere");
            assertThat(Pty.write(outer.master, bytes("typed\r"))).isZero();
            assertThat(new String(Pty.read(inner.slave, 6, 5_000), StandardCharsets.UTF_8))
                    .isEqualTo("typed\n");
            assertThat(shown(7)).isEqualTo("typed\r\n"); // the echo of the inner terminal
            assertThat(relay.filter().dropped(EscapeFilter.Drop.CLIPBOARD)).isEqualTo(1);
        }
    }

    @Test
    void theWindowsSizeFollows() throws Exception {
        WindowSize first = new WindowSize(40, 100, 1, 2);
        Terminal.setSize(outer.slave, first);
        try (TerminalRelay relay = relay()) {
            assertThat(Terminal.size(inner.slave)).contains(first);
            WindowSize second = new WindowSize(50, 120, 3, 4);
            Terminal.setSize(outer.slave, second);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (!Terminal.size(inner.slave).equals(Optional.of(second)) && System.nanoTime() < end) {
                Thread.sleep(10);
            }
            assertThat(Terminal.size(inner.slave)).contains(second);
            assertThat(relay.failure()).isEmpty();
        }
    }

    @Test
    void whenTheRealTerminalGoesSoDoesTheSandboxes() throws Exception {
        try (TerminalRelay relay = relay()) {
            Fds.close(outer.giveMaster());
            assertThat(relay.await(10_000)).isTrue();
            assertThat(Pty.read(inner.slave, 1, 5_000)).isEmpty(); // end of file: a hung-up terminal
        }
    }

    @Test
    void allThatWasPrintedBeforeTheEndIsShown() throws Exception {
        byte[] before = outer.termios();
        String text = "0123456789abcdef".repeat(60_000);
        try (TerminalRelay relay = relay()) {
            CompletableFuture<byte[]> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    return Pty.read(outer.master, text.length() + 16, 20_000);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(Pty.write(inner.slave, bytes(text + "\033[?1049h"))).isZero();
            inner.closeSlave();
            assertThat(relay.await(20_000)).isTrue();
            assertThat(relay.failure()).isEmpty();
            String shown = new String(reader.get(20, TimeUnit.SECONDS), StandardCharsets.UTF_8);
            assertThat(shown).hasSize(text.length() + 16).endsWith("f\033[?1049h\033[?1049l");
            assertThat(shown.startsWith(text)).isTrue();
        }
        assertThat(outer.termios()).isEqualTo(before);
    }

    @Test
    void closingPutsTheTerminalBackWhileTheCommandRuns() throws Exception {
        byte[] before = outer.termios();
        TerminalRelay relay = relay();
        assertThat(outer.termios()).isNotEqualTo(before);
        assertThat(relay.await(50)).isFalse();
        relay.close();
        relay.close();
        assertThat(outer.termios()).isEqualTo(before);
    }

    @Test
    void aCommandThatReadsNothingDoesNotStopItsOutput() throws Exception {
        try (TerminalRelay relay = relay()) {
            assertThat(Kernel.raw(SysNr.IOCTL, inner.slave, Terminal.TCGETS, 0)).isNegative();
            try (RawMode raw = RawMode.enter(inner.slave)) { // no line discipline: input piles up
                CompletableFuture<Long> typing =
                        CompletableFuture.supplyAsync(() -> Pty.write(outer.master, new byte[200_000]));
                Thread.sleep(200);
                assertThat(Pty.write(inner.slave, bytes("still here"))).isZero();
                assertThat(shown(10)).isEqualTo("still here");
                assertThat(raw).isNotNull();
                assertThat(Pty.read(inner.slave, 200_000, 10_000)).hasSize(200_000);
                assertThat(typing.get(10, TimeUnit.SECONDS)).isZero();
            }
            assertThat(relay.failure()).isEmpty();
        }
    }

    @Test
    void aTerminalThatHangsUpEndsTheTyping() throws Exception {
        try (TerminalRelay relay = relay()) {
            assertThat(Kernel.raw(SysNr.CLOSE, outer.giveMaster(), 0, 0)).isZero();
            assertThat(Pty.write(inner.slave, bytes("anybody?"))).isZero();
            assertThat(relay.await(5_000)).isTrue();
            assertThat(relay.failure()).isPresent();
        }
    }

    @Test
    void noTerminalNoRelay() throws Exception {
        int[] pipe = Pty.pipe(0);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> TerminalRelay.start(inner.master, pipe[0], pipe[1])))
                .hasMessageContaining("ENOTTY");
        Fds.close(pipe[0]);
        Fds.close(pipe[1]);
    }

    @Test
    void controlCReachesTheCommandInside() throws Exception {
        Needs.program("setsid");
        try (TerminalRelay relay = relay()) {
            Process shell = new ProcessBuilder(
                            "setsid",
                            "--ctty",
                            "sh",
                            "-c",
                            "trap 'echo caught; exit 7' INT; echo ready; sleep 20 & wait")
                    .redirectInput(new File(inner.path))
                    .redirectOutput(new File(inner.path))
                    .redirectError(new File(inner.path))
                    .start();
            assertThat(shown(7)).isEqualTo("ready\r\n");
            assertThat(Pty.write(outer.master, new byte[] {3})).isZero();
            assertThat(shell.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(shell.exitValue()).isEqualTo(7);
            assertThat(shown(10)).contains("caught");
            assertThat(relay.failure()).isEmpty();
        }
    }

    /** The JVM's end puts the terminal back, by exit and by signal. */
    @ParameterizedTest
    @ValueSource(strings = {"exit", "term"})
    void theEndOfTheJvmPutsTheTerminalBack(String way) throws Exception {
        byte[] before = outer.termios();
        Process jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RawForever.class.getName(),
                        way)
                .redirectInput(new File(outer.path))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(jvm.getInputStream().read()).isEqualTo('r');
        assertThat(outer.termios()).isNotEqualTo(before);
        if (way.equals("term")) {
            jvm.destroy();
        } else {
            assertThat(Pty.write(outer.master, bytes("x"))).isZero();
        }
        assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(outer.termios()).isEqualTo(before);
    }

    /** A program that leaves its terminal raw. */
    static final class RawForever {
        private RawForever() {}

        public static void main(String... args) throws Exception {
            RawMode raw = RawMode.enter(0);
            System.out.print("r");
            System.out.flush();
            if (args[0].equals("exit")) {
                int key = System.in.read();
                System.exit(key + raw.hashCode() == 0 ? 1 : 0);
            }
            Thread.sleep(30_000);
        }
    }
}
