package dev.gleisner.bench;

import dev.gleisner.domain.record.FileState;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.ProjectReaderProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Digests of 64 MiB of project files, in files of one size; {@code openssl dgst -sha256} over the same files is the measure. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class HashBench {
    private static final int TOTAL = 64 << 20;

    /** Size of each file. */
    @Param({"4096", "65536", "67108864"})
    public int fileBytes = 4096;

    private Path root = Path.of("");
    private final List<String> names = new ArrayList<>();
    private ProjectReader reader = ServiceLoader.load(ProjectReaderProvider.class)
            .findFirst()
            .map(HashBench::create)
            .orElseThrow();

    /** A bench for JMH. */
    public HashBench() {}

    private static ProjectReader create(ProjectReaderProvider provider) {
        try {
            return provider.create();
        } catch (GleisnerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the files. */
    @Setup(Level.Trial)
    public void write() throws IOException {
        root = Files.createTempDirectory("gleisner-bench");
        byte[] content = new byte[fileBytes];
        Random random = new Random(42);
        for (int i = 0; i < TOTAL / fileBytes; i++) {
            random.nextBytes(content);
            String name = "file" + i;
            Files.write(root.resolve(name), content);
            names.add(name);
        }
    }

    /** Removes them. */
    @TearDown(Level.Trial)
    public void remove() throws IOException {
        for (String name : names) {
            Files.delete(root.resolve(name));
        }
        Files.delete(root);
    }

    /** Our reader. */
    @Benchmark
    public List<FileState> gleisner() throws GleisnerException {
        return reader.hash(root, names);
    }

    /** openssl over the same files, its start-up (a few milliseconds for all of them) included. */
    @Benchmark
    public int openssl() throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("openssl", "dgst", "-sha256", "-r"));
        words.addAll(names);
        Process process = new ProcessBuilder(words)
                .directory(root.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor();
    }
}
