package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Runs the fuzz entry points over the corpus and over mutations of it. {@code -Dfuzz.seed} and {@code -Dfuzz.rounds}
 * choose others; a failure prints what brings it back.
 */
class FuzzTest {
    private static final Path CORPUS = Path.of("src/test/resources/corpus");
    private static final long SEED = Long.getLong("fuzz.seed", 7);
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 1000);
    private static final String[] WORDS = {
        "\"payload\":",
        "\"payloadType\":",
        "\"signatures\":[]",
        "\"mediaType\":",
        "null",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\u0000",
        "\\ud800",
        "1e999999999",
        "-0",
        "9007199254740993",
        "0.1",
        "\u0000",
        "\u00ff",
        "\u00c0\u00af",
        "\"max_session_duration_secs\":1e-9",
        "\"max_denial_count\":-1",
        "true",
        "-----END ",
        "\"startedOn\":\"-999999999\""
    };

    @Test
    void bundlesComeOutReadOrRefused() throws Exception {
        run("bundle", BundleFuzz::fuzzerTestOneInput, ROUNDS);
    }

    @Test
    void policiesComeOutReadOrRefused() throws Exception {
        run("policy", PolicyFuzz::fuzzerTestOneInput, ROUNDS);
    }

    @Test
    void keysComeOutReadOrRefused() throws Exception {
        run("key", KeyFuzz::fuzzerTestOneInput, ROUNDS / 4);
    }

    private static void run(String folder, Consumer<byte[]> target, int rounds) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS.resolve(folder))) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        }
        assertThat(corpus).as("corpus of %s", folder).hasSizeGreaterThan(2);
        corpus.forEach(target);
        Random random = new Random(SEED);
        for (int round = 0; round < rounds; round++) {
            byte[] input = corpus.get(random.nextInt(corpus.size()));
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                input = mutate(input, corpus.get(random.nextInt(corpus.size())), random);
            }
            try {
                target.accept(input);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "-Dfuzz.seed=" + SEED + ", round " + round + ", input "
                                + HexFormat.of().formatHex(input),
                        e);
            }
        }
    }

    private static byte[] mutate(byte[] input, byte[] other, Random random) {
        int at = input.length == 0 ? 0 : random.nextInt(input.length);
        int length = input.length == 0 ? 0 : random.nextInt(Math.min(input.length - at, 64)) + 1;
        return switch (random.nextInt(6)) {
            case 0 -> {
                byte[] copy = input.clone();
                if (copy.length > 0) {
                    copy[at] ^= (byte) (1 << random.nextInt(8));
                }
                yield copy;
            }
            case 1 -> splice(input, at, at + length, new byte[0]);
            case 2 -> splice(input, at, at, Arrays.copyOfRange(input, at, at + length));
            case 3 -> splice(input, at, at, WORDS[random.nextInt(WORDS.length)].getBytes(ISO_8859_1));
            case 4 -> Arrays.copyOf(input, at);
            default -> {
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                yield splice(
                        input, at, at + length, Arrays.copyOfRange(other, from, Math.min(other.length, from + 64)));
            }
        };
    }

    private static byte[] splice(byte[] input, int from, int to, byte[] between) {
        byte[] out = new byte[input.length - (to - from) + between.length];
        System.arraycopy(input, 0, out, 0, from);
        System.arraycopy(between, 0, out, from, between.length);
        System.arraycopy(input, to, out, from + between.length, input.length - to);
        return out;
    }
}
