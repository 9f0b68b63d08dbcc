package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.LogCheck;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.ports.EvidenceStore.Journal;
import dev.gleisner.ports.EvidenceStore.Journal.SealedLog;
import dev.gleisner.ports.usecase.EventStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two million events about as many files, through stream, log and check, in a Java that has 256 MiB. */
class LargeSessionTest {
    private static final int EVENTS = 2_000_000;

    @TempDir
    Path directory;

    @Test
    @Timeout(300)
    void fitsIntoASmallHeap() throws Exception {
        Path output = directory.resolve("output");
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Session.class.getName(),
                Files.createDirectory(directory.resolve("project")).toString());
        java.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        Process process =
                java.redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(290, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(output)).isEqualTo("as many as were given, and nothing left behind\n");
        assertThat(process.exitValue()).isZero();
    }

    /** What the small Java does. */
    static final class Session {
        private Session() {}

        public static void main(String[] arguments) throws Exception {
            Path project = Path.of(arguments[0]);
            FileEvidenceStoreProvider store = new FileEvidenceStoreProvider();
            long[] counted = new long[2];
            SealedLog log;
            try (Journal journal = store.create().begin(project, "20261122T100000Z-00000000");
                    EventStream stream = new EventStream(journal, project + "/", InstantSource.system(), () -> {})) {
                Origin origin = new Origin("test", 4711, 1_000_000, 0);
                for (int i = 0; i < EVENTS; i++) {
                    // Half of them in the project, in an order that is not sorted, and all of them different.
                    int number = (int) (i * 7919L % EVENTS);
                    String path = (i % 2 == 0 ? project + "/" : "/usr/lib/") + "some/directory/file" + number;
                    stream.accept(origin, System.nanoTime(), new Event.FileRead(path));
                }
                stream.check();
                stream.activity().inProject((path, touches) -> counted[0] += touches.read() ? 1 : 0);
                stream.activity().outside((path, touches) -> counted[1] += touches.written() ? 0 : 1);
                log = journal.seal();
            }
            Path file = find(store.create().root(), log.fileName());
            String found = check(file);
            boolean left = false;
            try (Stream<Path> files = Files.list(file.resolveSibling(""))) {
                left = files.anyMatch(each -> each.toString().endsWith(".scratch"));
            }
            String expected = log.digest() + " " + log.root() + " Optional.empty";
            boolean same = found.equals(expected) && counted[0] == EVENTS / 2 && counted[1] == EVENTS / 2;
            System.out.println(
                    same && !left
                            ? "as many as were given, and nothing left behind"
                            : counted[0] + " and " + counted[1] + " paths; " + found + "; " + log + "; " + left);
        }

        private static String check(Path log) throws IOException {
            MessageDigest digest = Digest.newSha256();
            MerkleTree tree = new MerkleTree();
            LogCheck structure = new LogCheck();
            byte[] buffer = new byte[1 << 20];
            int held = 0;
            try (InputStream in = Files.newInputStream(log)) {
                for (int got; (got = in.read(buffer, held, buffer.length - held)) > 0; ) {
                    digest.update(buffer, held, got);
                    structure.update(Arrays.copyOfRange(buffer, held, held + got), got);
                    int start = 0;
                    for (int i = held; i < held + got; i++) {
                        if (buffer[i] == '\n') {
                            tree.append(buffer, start, i - start);
                            start = i + 1;
                        }
                    }
                    held = held + got - start;
                    System.arraycopy(buffer, start, buffer, 0, held);
                }
            }
            return Digest.sha256(digest) + " " + tree.root() + " " + structure.finish(EVENTS);
        }

        private static Path find(Path root, String name) throws IOException {
            try (Stream<Path> files = Files.walk(root)) {
                return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
            }
        }
    }
}
