package dev.gleisner.adapters.linux.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.sys.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Copying a command's output. */
@Tag("kernel")
@Timeout(60)
class StreamPumpTest {
    private static final long O_NONBLOCK = 0x800;

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<Long> writing(int fd, byte[] bytes) {
        return CompletableFuture.supplyAsync(() -> {
            long result = Pty.write(fd, bytes);
            Fds.close(fd);
            return result;
        });
    }

    @Test
    void everyByteArrivesAndTheTapHearsTheSame(@TempDir Path dir) throws Exception {
        byte[] output = noise(5_000_000);
        Path file = dir.resolve("out");
        int target = Pty.open(file.toString(), 1 | 0x40);
        int[] pipe = Pty.pipe(0);
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        try (StreamPump pump = StreamPump.start("t", pipe[0], target, (bytes, n) -> heard.write(bytes, 0, n))) {
            assertThat(writing(pipe[1], output).get(30, TimeUnit.SECONDS)).isZero();
            assertThat(pump.await(30_000)).isTrue();
            assertThat(pump.bytes()).isEqualTo(output.length);
            assertThat(pump.failure()).isEmpty();
        }
        Fds.close(target);
        assertThat(Files.readAllBytes(file)).isEqualTo(output);
        assertThat(heard.toByteArray()).isEqualTo(output);
    }

    @Test
    void aSlowNonBlockingReaderLosesNothing() throws Exception {
        byte[] output = noise(1_000_000);
        int[] pipe = Pty.pipe(O_NONBLOCK);
        int[] target = Pty.pipe(O_NONBLOCK);
        int[] blocking = Pty.pipe(0);
        try (StreamPump first = StreamPump.start("a", blocking[0], target[1], (_, _) -> {})) {
            CompletableFuture<Long> writer = writing(blocking[1], output);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            while (got.size() < output.length) {
                byte[] part = Pty.read(target[0], Math.min(30_000, output.length - got.size()), 5_000);
                assertThat(part).isNotEmpty();
                got.writeBytes(part);
            }
            assertThat(writer.get(10, TimeUnit.SECONDS)).isZero();
            assertThat(first.await(10_000)).isTrue();
            assertThat(got.toByteArray()).isEqualTo(output);
        }
        for (int fd : new int[] {pipe[0], pipe[1], target[0], target[1]}) {
            Fds.close(fd);
        }
    }

    @Test
    void whenNobodyReadsTheCommandIsTold() throws Exception {
        int[] pipe = Pty.pipe(0);
        int[] target = Pty.pipe(0);
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        try (StreamPump pump = StreamPump.start("t", pipe[0], target[1], (bytes, n) -> heard.write(bytes, 0, n))) {
            assertThat(Pty.write(pipe[1], new byte[10])).isZero();
            assertThat(Pty.read(target[0], 10, 5_000)).hasSize(10);
            Fds.close(target[0]);
            assertThat(writing(pipe[1], noise(1_000_000)).get(10, TimeUnit.SECONDS))
                    .isEqualTo(-Errno.EPIPE);
            assertThat(pump.await(5_000)).isTrue();
            assertThat(pump.failure()).isEmpty();
            assertThat(pump.bytes()).isEqualTo(10);
            assertThat(heard.size()).isEqualTo(10);
        }
        Fds.close(target[1]);
    }

    @Test
    void aFullDiskIsReported() throws Exception {
        int[] pipe = Pty.pipe(0);
        int full = Pty.open("/dev/full", 1);
        try (StreamPump pump = StreamPump.start("t", pipe[0], full, (_, _) -> {})) {
            assertThat(writing(pipe[1], noise(1_000_000)).get(10, TimeUnit.SECONDS))
                    .isEqualTo(-Errno.EPIPE);
            assertThat(pump.await(5_000)).isTrue();
            assertThat(pump.failure().orElseThrow()).hasMessageContaining("ENOSPC");
        }
        Fds.close(full);
    }

    @Test
    void aTapThatFailsEndsTheOutput() throws Exception {
        int[] pipe = Pty.pipe(0);
        int sink = Pty.open("/dev/null", 1);
        try (StreamPump pump = StreamPump.start("t", pipe[0], sink, (_, _) -> {
            throw new IllegalStateException("the log is full");
        })) {
            assertThat(writing(pipe[1], noise(1_000_000)).get(10, TimeUnit.SECONDS))
                    .isEqualTo(-Errno.EPIPE);
            assertThat(pump.await(5_000)).isTrue();
            assertThat(pump.failure().orElseThrow()).hasMessage("the log is full");
        }
        Fds.close(sink);
    }

    @Test
    void closingDoesNotWaitForTheCommand() throws Exception {
        int[] pipe = Pty.pipe(0);
        StreamPump pump = StreamPump.start("t", pipe[0], 2, (_, _) -> {});
        assertThat(pump.await(50)).isFalse();
        long start = System.nanoTime();
        pump.close();
        pump.close();
        assertThat(System.nanoTime() - start).isLessThan(900_000_000L);
        assertThat(Pty.write(pipe[1], new byte[1])).isEqualTo(-Errno.EPIPE);
        Fds.close(pipe[1]);
    }
}
