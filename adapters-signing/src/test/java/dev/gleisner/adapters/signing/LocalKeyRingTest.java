package dev.gleisner.adapters.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.ports.GleisnerException.BadInput;
import dev.gleisner.ports.KeyRing;
import dev.gleisner.ports.PassphraseSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring in files: names, modes, passphrases, trust. */
class LocalKeyRingTest {
    private static final PassphraseSource NOBODY = purpose -> {
        throw new AssertionError("asked for the passphrase of " + purpose);
    };

    @TempDir
    Path home;

    private LocalKeyRing ring;

    @BeforeEach
    void makeRing() {
        ring = new LocalKeyRing(home.resolve(".config/gleisner"));
    }

    private Path file(String name) {
        return ring.directory().resolve(name);
    }

    private static void mode(Path file, String mode) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void isEmptyBeforeTheFirstKeyAndMakesNothing() throws Exception {
        assertThat(ring.list()).isEmpty();
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void generatesListsTrustsAndExports() throws Exception {
        KeyRing.Entry made = ring.generate("work", Optional.empty());
        assertThat(made.trusted()).as("a key is not trusted by being made").isFalse();
        assertThat(ring.list()).containsExactly(made);

        KeyRing.Entry trusted = ring.trust("work", "work");
        assertThat(trusted).isEqualTo(new KeyRing.Entry("work", made.keyId(), true, true, file("trusted/work.pem")));
        assertThat(ring.list()).containsExactly(new KeyRing.Entry("work", made.keyId(), true, true, made.file()));
        assertThat(ring.trust("work", "work"))
                .as("trusting twice is no mistake")
                .isEqualTo(trusted);
        assertThat(PublicKey.ofPem(ring.exportPublic("work")).keyId()).isEqualTo(made.keyId());

        Path stranger = Files.writeString(
                home.resolve("s.pem"), TestKeys.other().publicKey().pem());
        assertThat(ring.trust(stranger.toString(), "stranger").signing()).isFalse();
        assertThat(ring.list()).extracting(KeyRing.Entry::name).containsExactly("stranger", "work");
        assertThat(ring.exportPublic("stranger"))
                .isEqualTo(TestKeys.other().publicKey().pem());
    }

    @Test
    void keepsWhatIsThere() throws Exception {
        KeyRing.Entry made = ring.generate("work", Optional.empty());
        assertThatThrownBy(() -> ring.generate("work", Optional.empty())).isInstanceOf(BadInput.class);
        ring.trust("work", "name");
        ring.generate("other", Optional.empty());
        assertThatThrownBy(() -> ring.trust("other", "name"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("another trusted key");
        assertThatThrownBy(() -> ring.generate("name", Optional.empty())).isInstanceOf(BadInput.class);
        assertThat(ring.list()).extracting(KeyRing.Entry::keyId).contains(made.keyId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".hidden", "a/b", "../x", "A", "a b", "\u00fc", "a\0", "a\n", "-/."})
    void refusesNamesThatLeadElsewhere(String name) {
        assertThatThrownBy(() -> ring.generate(name, Optional.empty())).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> ring.trust("work", name)).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> ring.exportPublic(name)).isInstanceOf(BadInput.class);
        assertThat(home).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx-----x"})
    void refusesAPrivateKeyThatOthersCanUse(String permissions) throws Exception {
        ring.defaultKey();
        mode(file("keys/local.pem"), permissions);
        assertThatThrownBy(ring::defaultKey)
                .isInstanceOfSatisfying(
                        BadInput.class, bad -> assertThat(bad.fix()).contains("chmod 600 " + file("keys/local.pem")));
        mode(file("keys/local.pem"), "rw-------");
        assertThat(ring.defaultKey().encrypted()).isFalse();
        mode(file("keys/local.pem"), "r--------");
        assertThat(ring.defaultKey().encrypted()).isFalse();
    }

    @Test
    void refusesTrustThatOthersCanChange() throws Exception {
        ring.generate("work", Optional.empty());
        ring.trust("work", "work");
        mode(file("trusted"), "rwxrwx---");
        assertThatThrownBy(ring::trusted).isInstanceOf(BadInput.class).hasMessageContaining("can change");
        mode(file("trusted"), "rwxr-xr-x");
        mode(file("trusted/work.pem"), "rw-rw-r--");
        assertThatThrownBy(ring::trusted).isInstanceOf(BadInput.class);
        mode(file("trusted/work.pem"), "rw-r--r--");
        assertThat(ring.trusted()).hasSize(1);
    }

    @Test
    void encryptsUnderAPassphrase() throws Exception {
        KeyRing.Entry made = ring.generate("sealed", Optional.of("words".toCharArray()));
        assertThat(Files.readString(made.file()))
                .startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
                .contains("-----BEGIN PUBLIC KEY-----");
        assertThat(ring.list()).as("named without asking anybody").containsExactly(made);
        KeyText text = KeyText.read(made.file());
        char[] words = "words".toCharArray();
        assertThat(text.unlock(purpose -> words).publicKey().keyId()).isEqualTo(made.keyId());
        assertThat(words).as("overwritten after use").containsOnly('\0');
        assertThatThrownBy(() -> text.unlock(purpose -> "wrong".toCharArray()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("passphrase is wrong");
        assertThatThrownBy(() -> ring.generate("empty", Optional.of(new char[0])))
                .isInstanceOf(BadInput.class);
    }

    @Test
    void refusesAPublicKeyThatBelongsToAnother() throws Exception {
        Path file = ring.generate("work", Optional.empty()).file();
        Files.writeString(
                file, Files.readString(file) + TestKeys.other().publicKey().pem());
        assertThatThrownBy(() -> KeyText.read(file).unlock(NOBODY)).isInstanceOf(BadInput.class);
        assertThatThrownBy(ring::list).isInstanceOf(BadInput.class);
    }

    @Test
    void prefersItsOwnKeyToAFileOfThatName() throws Exception {
        KeyRing.Entry made =
                ring.generate("pom.xml", Optional.empty()); // there is such a file in the working directory
        assertThat(ring.trust("pom.xml", "mine").keyId()).isEqualTo(made.keyId());
    }

    @Test
    void writesAndReadsTheSameKey() throws Exception {
        byte[] pkcs8 = TestKeys.fixed().pkcs8();
        assertThat(PrivateKey.ofPkcs8(pkcs8))
                .isEqualTo(TestKeys.fixed())
                .hasToString("PrivateKey[" + TestKeys.fixed().publicKey().keyId() + "]");
        assertThat(Files.readString(Path.of("src/test/resources/corpus/key/private.pem")))
                .isEqualTo(new Pem(PrivateKey.LABEL, pkcs8).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "-----BEGIN PUBLIC KEY-----\n",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN PUBLIC KEY-----\nKey: value\n\nAAAA\n-----END PUBLIC KEY-----\n",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
            })
    void refusesPublicKeysThatAreNone(String text) throws Exception {
        Path file = Files.writeString(home.resolve("k.pem"), text);
        assertThatThrownBy(() -> ring.trust(file.toString(), "k")).isInstanceOf(BadInput.class);
        Files.writeString(file, "comment\n" + TestKeys.fixed().publicKey().pem());
        assertThatThrownBy(() -> ring.trust(file.toString(), "k")).isInstanceOf(BadInput.class);
        Files.writeString(file, TestKeys.fixed().publicKey().pem().replace("\n", "\r\n"));
        assertThat(ring.trust(file.toString(), "k").keyId())
                .isEqualTo(TestKeys.fixed().publicKey().keyId());
    }

    @Test
    void refusesWhatIsNoFile() {
        assertThatThrownBy(() -> ring.trust(home.toString(), "k")).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> ring.trust("/dev/zero", "k")).isInstanceOf(BadInput.class);
        assertThatThrownBy(() -> ring.trust(home.resolve("none").toString(), "k"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("no such file");
    }

    @Test
    void makesOneDefaultKeyForAllWhoAskAtOnce() throws Exception {
        Set<String> ids = new ConcurrentSkipListSet<>();
        try (var pool = Executors.newFixedThreadPool(8)) {
            Callable<Boolean> first =
                    () -> ids.add(ring.defaultKey().unlock(NOBODY).publicKey().keyId());
            for (Future<Boolean> each :
                    pool.invokeAll(List.of(first, first, first, first, first, first, first, first))) {
                each.get();
            }
        }
        assertThat(ids).hasSize(1);
        try (var files = Files.list(file("keys"))) {
            assertThat(files).containsExactly(file("keys/local.pem"));
        }
    }

    @Test
    void isWhereTheXdgSpecificationSays() {
        assertThat(KeyDirectory.of("/c", "/h")).contains(Path.of("/c/gleisner"));
        assertThat(KeyDirectory.of(null, "/h")).contains(Path.of("/h/.config/gleisner"));
        assertThat(KeyDirectory.of("relative", "/h")).contains(Path.of("/h/.config/gleisner"));
        assertThat(KeyDirectory.of("", "/h")).contains(Path.of("/h/.config/gleisner"));
        assertThat(KeyDirectory.of(null, "h")).isEmpty();
        assertThat(KeyDirectory.of(null, null)).isEmpty();
        assertThat(KeyDirectory.of("/\0", null)).isEmpty();
    }
}
