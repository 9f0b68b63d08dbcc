package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.RedactedLine;
import dev.gleisner.domain.json.Utf8Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LogScanTest {
    @TempDir
    Path directory;

    private final MerkleTree tree = new MerkleTree();
    private final List<String> lines = new ArrayList<>();

    /** A log of a few pieces; some lines end with a piece, some are longer than one. */
    private Path log(boolean redact) throws IOException {
        Random random = new Random(5);
        Utf8Buffer out = new Utf8Buffer(1 << 20);
        for (int i = 0; i < 20_000; i++) {
            int length = i == 3000 ? 3 << 20 : random.nextInt(400);
            String line = "{\"path\":\"" + "x".repeat(length) + "\",\"sequence\":" + i + "}";
            byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
            tree.append(bytes, 0, bytes.length);
            if (redact && i % 7 == 0) {
                RedactedLine.append(MerkleTree.leafHash(bytes, 0, bytes.length), i, out);
                lines.add("redacted");
            } else {
                out.bytes(bytes, 0, bytes.length).ascii('\n');
                lines.add(line);
            }
        }
        return Files.write(directory.resolve("log"), out.toByteArray());
    }

    @Test
    void findsEveryLine() throws IOException {
        for (boolean redact : new boolean[] {false, true}) {
            lines.clear();
            Path log = log(redact);
            List<String> found = new ArrayList<>();
            LogScan scan = LogScan.of(log, new MerkleTree(), (sequence, bytes, offset, length, redacted) -> {
                assertThat(sequence).isEqualTo(found.size());
                found.add(redacted ? "redacted" : new String(bytes, offset, length, StandardCharsets.US_ASCII));
            });
            assertThat(found.equals(lines)).isTrue();
            assertThat(scan.digest()).isEqualTo(Digest.sha256(Files.readAllBytes(log)));
            assertThat(scan.structure().finish(20_000)).isEmpty();
            assertThat(scan.redacted()).isEqualTo(redact ? 2858 : 0);
            if (!redact) {
                assertThat(scan.root()).isEqualTo(tree.root());
            }
        }
    }

    @Test
    void redactionKeepsTheRoot() throws IOException {
        Path log = log(true);
        assertThat(LogScan.of(log).root()).isEqualTo(tree.root());
    }

    @Test
    void whatGoesWrongOnTheOtherThreadIsThrown() throws IOException {
        Path log = log(false);
        for (Throwable thrown : List.of(new IOException("disk"), new IllegalStateException("bug"))) {
            assertThatThrownBy(() -> LogScan.of(log, new MerkleTree(), (sequence, bytes, offset, length, redacted) -> {
                        switch (thrown) {
                            case IOException e -> throw e;
                            case RuntimeException e -> throw e;
                            default -> {}
                        }
                    }))
                    .isSameAs(thrown);
        }
        assertThatThrownBy(() -> LogScan.of(directory.resolve("none"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LogScan.of(directory)).isInstanceOf(IOException.class);
    }

    @Test
    void anEmptyAndATornLog() throws IOException {
        Path log = Files.write(directory.resolve("log"), new byte[0]);
        assertThat(LogScan.of(log).root()).isEqualTo(new MerkleTree().root());
        assertThat(LogScan.of(log).structure().finish(0)).isEmpty();
        Files.writeString(log, "{\"sequence\":0}\n{\"seq");
        assertThat(LogScan.of(log).structure().finish(1)).contains("line 2 of the log has no end");
    }
}
