package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.verify.Check;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key, signature, bundle and verdict, end to end through files. */
class SignAndVerifyTest {
    private static final byte[] PAYLOAD = "{\"_type\":\"https://in-toto.io/Statement/v1\"}".getBytes(UTF_8);
    private static final Trust RING = new Trust(List.of(), true);

    @TempDir
    Path home;

    private LocalKeyRing ring() {
        return new LocalKeyRing(home.resolve("config/gleisner"));
    }

    private static Signer signer(LocalKeyRing ring) throws Exception {
        return new LocalSigner(ring.defaultKey().unlock(purpose -> {
            throw new AssertionError("the key is not encrypted, yet was asked for: " + purpose);
        }));
    }

    @Test
    void isValidButUntrustedUntilTheKeyIsTrusted() throws Exception {
        LocalKeyRing ring = ring();
        byte[] bundle = signer(ring).sign("application/vnd.in-toto+json", PAYLOAD);
        Verifier verifier = new BundleVerifier(Optional.of(ring));
        OpenedBundle opened = verifier.open(bundle);
        assertThat(opened.payload()).isEqualTo(PAYLOAD);

        assertThat(verifier.verify(opened, RING))
                .extracting(Check::id, Check::outcome)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("signature.valid", Check.Outcome.PASS),
                        org.assertj.core.groups.Tuple.tuple("signature.trusted", Check.Outcome.FAIL));
        assertThat(verifier.verify(opened, RING).getLast().text()).startsWith("valid but untrusted");

        ring.trust("local", "me");
        assertThat(verifier.verify(opened, RING)).allMatch(check -> check.outcome() == Check.Outcome.PASS);
        // The ring was not asked, so its trust does not count.
        assertThat(verifier.verify(opened, new Trust(List.of(), false))
                        .getLast()
                        .outcome())
                .isEqualTo(Check.Outcome.FAIL);
    }

    @Test
    void believesAKeyGivenAsAFile() throws Exception {
        LocalKeyRing ring = ring();
        byte[] bundle = signer(ring).sign("application/vnd.in-toto+json", PAYLOAD);
        Path pem = Files.writeString(home.resolve("signer.pem"), ring.exportPublic("local"));
        Verifier stranger = new BundleVerifier(Optional.empty());
        assertThat(stranger.verify(stranger.open(bundle), new Trust(List.of(pem), false)))
                .hasSize(2)
                .allMatch(check -> check.outcome() == Check.Outcome.PASS);
    }

    @Test
    void makesTheDefaultKeyOnceAndForItsOwnerOnly() throws Exception {
        String first = signer(ring()).keyId();
        assertThat(signer(ring()).keyId()).isEqualTo(first);
        Path keys = home.resolve("config/gleisner/keys");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("local.pem"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                .isEqualTo("rwx------");
        try (var files = Files.list(keys)) {
            assertThat(files).as("nothing is left aside").hasSize(1);
        }
    }
}
