package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.ports.contract.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An implementation that shares no code with ours verifies our bundles. */
@Tag("slow")
class SigstoreJsTest {
    private static final String FEATURE = "sigstore-js";
    private static final Path SOURCE = Path.of("src/test/js");
    private static final Path INSTALLED = Path.of("target/sigstore-js").toAbsolutePath();
    private static final byte[] PAYLOAD = "{\"_type\":\"https://in-toto.io/Statement/v1\"}".getBytes(UTF_8);

    @TempDir
    Path directory;

    @BeforeAll
    static void install() throws Exception {
        Needs.that(FEATURE, Needs.find("node").isPresent(), "there is no node on PATH; to run it, install Node.js 20");
        Needs.that(FEATURE, Needs.find("npm").isPresent(), "there is no npm on PATH; to run it, install npm");
        Files.createDirectories(INSTALLED);
        for (String name : List.of("package.json", "verify.mjs")) {
            Files.copy(SOURCE.resolve(name), INSTALLED.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.isDirectory(INSTALLED.resolve("node_modules/@sigstore/verify"))) {
            Programs.Result result = Programs.run(
                    INSTALLED,
                    List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"));
            Needs.that(FEATURE, result.status() == 0, "npm could not install it: " + result.output());
        }
    }

    private Programs.Result verify(byte[] bundle, PrivateKey key) throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("bundle.json"), bundle);
        Path pem =
                Files.writeString(directory.resolve("key.pem"), key.publicKey().pem());
        return Programs.run(
                INSTALLED,
                List.of(
                        "node",
                        "verify.mjs",
                        file.toString(),
                        pem.toString(),
                        TestKeys.fixed().publicKey().keyId()));
    }

    @Test
    void verifiesOurBundle() throws Exception {
        byte[] bundle = new LocalSigner(TestKeys.fixed()).sign("application/vnd.in-toto+json", PAYLOAD);
        Programs.Result result = verify(bundle, TestKeys.fixed());
        assertThat(result.output()).isEqualTo("application/vnd.in-toto+json " + PAYLOAD.length + "\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void refusesAnotherKeyAndAnotherPayloadType() throws Exception {
        byte[] bundle = new LocalSigner(TestKeys.fixed()).sign("application/vnd.in-toto+json", PAYLOAD);
        assertThat(verify(bundle, TestKeys.other()).status()).isEqualTo(1);
        byte[] retyped = new String(bundle, UTF_8)
                .replace("vnd.in-toto+json", "vnd.in-tot0+json")
                .getBytes(UTF_8);
        Programs.Result result = verify(retyped, TestKeys.fixed());
        assertThat(result.output()).contains("SIGNATURE_ERROR");
        assertThat(result.status()).isEqualTo(1);
    }
}
