package dev.gleisner.adapters.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The exact bytes of a bundle: nonces are of RFC 6979, so the same key and statement give the same file. {@code
 * -Dgolden.update=true} writes it anew; a person reads the difference.
 */
class GoldenBundleTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @Test
    void isTheSameToTheByte() throws Exception {
        byte[] statement = Files.readAllBytes(GOLDEN.resolve("statement.json"));
        byte[] bundle = new LocalSigner(TestKeys.fixed()).sign("application/vnd.in-toto+json", statement);
        Path expected = GOLDEN.resolve("statement.sigstore.json");
        if (Boolean.getBoolean("golden.update")) {
            Files.write(expected, bundle);
        }
        assertThat(bundle).asString().isEqualTo(Files.readString(expected));
    }
}
