package dev.gleisner.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The committed bindings are what jextract made of the committed headers: no edit, no forgotten regeneration. */
class DriftTest {
    private static final String FIX =
            "headers, linux.h, linux.args and the generated sources belong together; fix: run jextract/generate";

    @Test
    void everyFileIsTheOneThatWasGeneratedOrRead() throws Exception {
        Map<String, String> recorded = new TreeMap<>();
        for (String line : Files.readAllLines(Sources.MANIFEST)) {
            assertThat(line).as("a line of MANIFEST.sha256").matches("[0-9a-f]{64}  \\S+");
            recorded.put(line.substring(66), line.substring(0, 64));
        }
        Map<String, String> found = new TreeMap<>();
        for (String file : Sources.all()) {
            found.put(file, sha256(file));
        }
        Set<String> differing = new TreeSet<>(found.keySet());
        differing.addAll(recorded.keySet());
        differing.removeIf(file -> Objects.equals(found.get(file), recorded.get(file)));
        assertThat(differing).as(FIX).isEmpty();
        assertThat(found).as("files compared").hasSizeGreaterThan(100);
    }

    @Test
    void everyHeaderHasItsOrigin() throws IOException {
        String origin = Files.readString(Sources.HEADERS.resolve("ORIGIN.md"));
        for (String line : Files.readAllLines(Sources.MANIFEST)) {
            String file = line.substring(66);
            if (file.startsWith("headers/")) {
                assertThat(origin)
                        .as("headers/ORIGIN.md names %s with its digest", file)
                        .containsPattern("\\| `" + file.substring("headers/".length()) + "` \\|.*`"
                                + line.substring(0, 64) + "`");
            }
        }
    }

    private static String sha256(String file) throws IOException, NoSuchAlgorithmException {
        byte[] content = Files.readAllBytes(Sources.MODULE.resolve(file));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
