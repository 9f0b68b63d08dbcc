package dev.gleisner.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileFuzzTest {
    private static final Path CORPUS = Path.of("src/test/resources/fuzz/profiles");
    private static final int MUTATIONS = 150;

    private static List<byte[]> corpus() throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(CORPUS)) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        }
        assertThat(corpus).hasSizeGreaterThan(8);
        corpus.add(BundledProfiles.toml("konishi"));
        return corpus;
    }

    @Test
    void theCorpusGivesProfilesOrMistakes() throws IOException {
        for (byte[] each : corpus()) {
            ProfileFuzz.fuzzerTestOneInput(each);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{",
                "a = [",
                "a = {b = ",
                "[[a]]\n",
                "a.",
                "\"",
                "'''",
                "[a.b.c.d]\n",
                "= 1\n",
                "\r",
                "#\u0007\n"
            })
    void theSameOverAndOver(String part) {
        ProfileFuzz.fuzzerTestOneInput(part.repeat(4000 / part.length()).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 7, 20261122})
    void mutationsGiveProfilesOrMistakes(long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> corpus = corpus();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] mutated = mutate(corpus.get(random.nextInt(corpus.size())).clone(), random);
            assertThatCode(() -> ProfileFuzz.fuzzerTestOneInput(mutated))
                    .as("seed %d, mutation %d: %s", seed, i, new String(mutated, StandardCharsets.ISO_8859_1))
                    .doesNotThrowAnyException();
        }
    }

    private static byte[] mutate(byte[] data, Random random) {
        String interesting = "[]{}=\"'.#,\n\\~/*-_:0aeinf\u0000";
        byte[] mutated = data;
        for (int times = 1 + random.nextInt(4); times > 0 && mutated.length > 2; times--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] = (byte) random.nextInt(256);
                case 1 -> mutated[at] = (byte) interesting.charAt(random.nextInt(interesting.length()));
                case 2 -> mutated = java.util.Arrays.copyOf(mutated, at + 1);
                default -> {
                    int length = Math.min(1 + random.nextInt(20), mutated.length - at);
                    int to = random.nextInt(mutated.length - length + 1);
                    System.arraycopy(mutated, at, mutated, to, length);
                }
            }
        }
        return mutated;
    }
}
