package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.ports.GleisnerException.BadInput;
import dev.gleisner.ports.PassphraseSource;
import dev.gleisner.ports.contract.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and signatures go to openssl and back. */
class OpensslTest {
    private static final String WORDS = "korrekt-pferd-\u00fc";

    @TempDir
    Path directory;

    @BeforeEach
    void needsOpenssl() {
        Needs.tool("openssl");
    }

    private static PassphraseSource passphrase(String words) {
        return purpose -> words.toCharArray();
    }

    private static PassphraseSource nobody() {
        return purpose -> {
            throw new AssertionError("asked for the passphrase of " + purpose);
        };
    }

    private String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        return Programs.succeed(directory, command.toArray(String[]::new));
    }

    private Path secret(String name) throws Exception {
        Path file = directory.resolve(name);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void verifiesOurSignature() throws Exception {
        byte[] pae = Dsse.pae("application/vnd.in-toto+json", "{}".getBytes(UTF_8));
        assertThat(new String(pae, UTF_8)).isEqualTo("DSSEv1 28 application/vnd.in-toto+json 2 {}");
        Files.write(directory.resolve("pae"), pae);
        Files.write(directory.resolve("sig"), P256.sign(TestKeys.fixed().d(), pae));
        Files.writeString(
                directory.resolve("pub.pem"), TestKeys.fixed().publicKey().pem());
        assertThat(openssl("dgst", "-sha256", "-verify", "pub.pem", "-signature", "sig", "pae"))
                .contains("Verified OK");
    }

    @Test
    void readsItsKeys() throws Exception {
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
        openssl("pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem");
        PrivateKey key = KeyText.read(secret("key.pem")).unlock(nobody());
        assertThat(key.publicKey().pem()).isEqualTo(Files.readString(directory.resolve("pub.pem")));
        assertThat(LocalKeyRing.readPublic(directory.resolve("pub.pem")).keyId())
                .isEqualTo(key.publicKey().keyId());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-v2 aes-256-cbc",
                "-v2 aes-128-cbc -v2prf hmacWithSHA1",
                "-v2 aes-192-cbc -v2prf hmacWithSHA512",
                "-scrypt",
                "-scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 2"
            })
    void readsItsEncryptedKeys(String options) throws Exception {
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key.pem");
        Files.writeString(directory.resolve("words"), WORDS + "\n");
        List<String> arguments = new ArrayList<>(
                List.of("pkcs8", "-topk8", "-in", "key.pem", "-out", "sealed.pem", "-passout", "file:words"));
        arguments.addAll(List.of(options.split(" ")));
        openssl(arguments.toArray(String[]::new));

        KeyText sealed = KeyText.read(secret("sealed.pem"));
        assertThat(sealed.encrypted()).isTrue();
        assertThat(sealed.publicKey()).isEmpty();
        assertThat(sealed.unlock(passphrase(WORDS)).publicKey().keyId())
                .isEqualTo(KeyText.read(secret("key.pem"))
                        .unlock(nobody())
                        .publicKey()
                        .keyId());
        assertThatThrownBy(() -> sealed.unlock(passphrase("wrong"))).isInstanceOf(BadInput.class);

        openssl("pkey", "-in", "sealed.pem", "-passin", "file:words", "-pubout", "-out", "pub.pem");
        Files.writeString(
                directory.resolve("sealed.pem"),
                Files.readString(directory.resolve("sealed.pem")) + Files.readString(directory.resolve("pub.pem")));
        assertThat(KeyText.read(secret("sealed.pem")).publicKey()).isPresent();
    }

    @Test
    void readsOurKeysClearAndEncrypted() throws Exception {
        LocalKeyRing ring = new LocalKeyRing(directory.resolve("ring"));
        ring.generate("clear", Optional.empty());
        ring.generate("sealed", Optional.of(WORDS.toCharArray()));
        Files.writeString(directory.resolve("words"), WORDS + "\n");
        assertThat(openssl("pkey", "-in", "ring/keys/clear.pem", "-pubout")).isEqualTo(ring.exportPublic("clear"));
        assertThat(openssl("pkey", "-in", "ring/keys/sealed.pem", "-passin", "file:words", "-pubout"))
                .isEqualTo(ring.exportPublic("sealed"));
        openssl("pkey", "-in", "ring/keys/clear.pem", "-check", "-noout");
    }

    @Test
    void saysWhatIsWrongWithItsOtherKeys() throws Exception {
        openssl("genpkey", "-algorithm", "ED25519", "-out", "ed.pem");
        assertThatThrownBy(() -> KeyText.read(secret("ed.pem")).unlock(nobody()))
                .isInstanceOf(BadInput.class);
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", "p384.pem");
        assertThatThrownBy(() -> KeyText.read(secret("p384.pem")).unlock(nobody()))
                .isInstanceOf(BadInput.class);
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "sec1.pem");
        assertThatThrownBy(() -> KeyText.read(secret("sec1.pem")))
                .isInstanceOfSatisfying(
                        BadInput.class, bad -> assertThat(bad.fix()).contains("openssl pkcs8"));
    }
}
