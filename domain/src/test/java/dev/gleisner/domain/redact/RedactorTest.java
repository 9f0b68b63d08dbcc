package dev.gleisner.domain.redact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private final Redactor redactor = new Redactor(KEY, List.of());

    private static String keyed(String value) {
        return new KeyedDigest(KEY).of(value);
    }

    private String one(String word) {
        return redactor.argv(List.of("program", word)).get(1);
    }

    @Test
    void theSameSecretHasTheSameDigestAndAnotherKeyAnotherOne() {
        List<String> shown = redactor.argv(List.of("a", "--token=hunter2", "--password", "hunter2"));
        assertThat(shown).containsExactly("a", "--token=" + keyed("hunter2"), "--password", keyed("hunter2"));
        assertThat(keyed("hunter2")).matches("keyed:[0-9a-f]{32}");
        byte[] other = KEY.clone();
        other[0]++;
        assertThat(new KeyedDigest(other).of("hunter2")).isNotEqualTo(keyed("hunter2"));
        assertThat(redactor.argv(shown)).as("redacting twice changes nothing").isEqualTo(shown);
    }

    @Test
    void aSecretThatWasNamedOnceIsKnownWithoutItsName() {
        assertThat(one("xU9I844jBwZl")).isEqualTo("xU9I844jBwZl");
        assertThat(one("--password=xU9I844jBwZl")).isEqualTo("--password=" + keyed("xU9I844jBwZl"));
        assertThat(one("xU9I844jBwZl")).isEqualTo(keyed("xU9I844jBwZl"));
        assertThat(one("say:xU9I844jBwZl!")).isEqualTo("say:" + keyed("xU9I844jBwZl") + "!");
        assertThat(one("--token=abc")).isEqualTo("--token=" + keyed("abc"));
        assertThat(one("abc")).as("a short word is a word elsewhere").isEqualTo("abc");
    }

    @Test
    void namesGiveSecretsAway() {
        assertThat(one("API_KEY=abc")).isEqualTo("API_KEY=" + keyed("abc"));
        assertThat(one("--db-password=a b")).isEqualTo("--db-password=" + keyed("a b"));
        assertThat(one("Authorization: Bearer abc.def")).isEqualTo("Authorization: Bearer " + keyed("abc.def"));
        assertThat(one("X-Auth-Token: abc")).isEqualTo("X-Auth-Token: " + keyed("abc"));
        assertThat(one("{\"user\": \"bob\", \"password\": \"p w\"}"))
                .isEqualTo("{\"user\": \"bob\", \"password\": \"" + keyed("p w") + "\"}");
        assertThat(one("http://host/a?access_token=abc&x=1"))
                .isEqualTo("http://host/a?access_token=" + keyed("abc") + "&x=1");
        assertThat(one("//registry.example.org/:_authToken=abc"))
                .isEqualTo("//registry.example.org/:_authToken=" + keyed("abc"));
        assertThat(redactor.argv(List.of("aws", "configure", "set", "aws_secret_access_key", "abc")))
                .endsWith("aws_secret_access_key", keyed("abc"));
        assertThat(redactor.argv(List.of("mysql", "-pabc", "-h", "db"))).endsWith("-p" + keyed("abc"), "-h", "db");
        assertThat(redactor.argv(List.of("/usr/bin/curl", "-u", "bob:abc"))).endsWith("-u", "bob:" + keyed("abc"));
        assertThat(redactor.argv(List.of("sshpass", "-p", "abc", "ssh", "host")))
                .contains(keyed("abc"), "host");
    }

    @Test
    void scriptsAreReadToo() {
        assertThat(redactor.argv(List.of("sh", "-c", "TOKEN=abc make all")))
                .endsWith("TOKEN=" + keyed("abc") + " make all");
        assertThat(redactor.argv(List.of("sh", "-c", "cd x && mysql -pabc --password 'd e' db")))
                .endsWith("cd x && mysql -p" + keyed("abc") + " --password '" + keyed("d e") + "' db");
        assertThat(redactor.argv(
                        List.of("bash", "-lc", "curl -H \"Authorization: Bearer abc\" https://u:pw@example.org/x")))
                .endsWith("curl -H \"Authorization: Bearer " + keyed("abc") + "\" https://u:" + keyed("pw")
                        + "@example.org/x");
        assertThat(redactor.argv(List.of("sh", "-c", "login --token $TOKEN; PASSWORD=\"$P\" x")))
                .endsWith("login --token $TOKEN; PASSWORD=\"$P\" x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
                "github_pat_11ABCDEFG0aBcDeFgHiJkL_mnOpQrStUvWxYz0123456789",
                "sk-ant-api03-abcdefghij0123456789",
                "sk-proj-abcdefghijkl0123456789",
                "AKIAIOSFODNN7EXAMPLE",
                "xoxb-123456789012-abcdefABCDEF",
                "glpat-abcdefghijklmnopqrst",
                "npm_abcdefghijklmnopqrstuvwxyz0123456789",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP",
                "AIzaSyA-abcdefghijklmnopqrstuvwxyz01234",
                "hf_abcdefghijklmnopqrstuvwxyz",
                "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMHcCAQEE cut off",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            })
    void knownTokensAreSeenAnywhere(String secret) {
        for (String around : List.of("%s", "x %s y", "--header=%s", "\"%s\"", "https://example.org/?q=%s&r=1")) {
            String shown = one(around.replace("%s", secret));
            assertThat(shown).as("%s", around).contains("keyed:").doesNotContain(secret);
            assertThat(shown).doesNotContain("MHcCAQEE");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/jvm/java-25-openjdk-amd64/bin/java",
                "src/main/java/dev/gleisner/domain/record/SessionRecordReconciliation",
                "/nix/store/9krlzvny65gdc8s7kpb6lkx8cd02c25b-glibc-2.37/lib/libc.so.6",
                "target/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.json",
                "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "image@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "sha512-9oHYFMTrF9cNpTWGoCW7e9pLZPCeZ7vBQBNtGDkLGYEfYTQAaUPJMGhpZk3QCHcBdXvZE6xQeZQ0Kxw==",
                "550e8400-e29b-41d4-a716-446655440000",
                "-Dmaven.repo.local=/home/user/.m2/repository",
                "--classpath=a/target/classes:b/target/test-classes:/usr/share/java/junit-platform-console.jar",
                "feature/issue-1234-make-the-longest-branch-name-there-ever-was",
                "aVeryLongJavaTestMethodNameThatSaysWhatItIsAbout",
                "--max-tokens=4096",
                "--password-file=/run/secrets/db",
                "--token-url=https://example.org/token",
                "tokenizer=bert-base-uncased",
                "user@example.org:src/project.git",
                "ssh://git@example.org/project.git",
                "https://example.org:8443/a/b?page=2#top",
                "PWD=/home/user/project",
                "-Xmx512m",
                "sk-learn-something-with-a-long-name",
                "npm_config_registry_of_the_company",
                "--no-password",
                "/home/user/secret-recipes/token.txt",
                "docker:/var/run/docker.sock",
                "11111111111111111111111111111111",
                "--author=A U Thor <author@example.org>",
            })
    void ordinaryWordsStay(String word) {
        assertThat(one(word)).isEqualTo(word);
        assertThat(redactor.argv(List.of("program", "first", word, "last")))
                .containsExactly("program", "first", word, "last");
    }

    @Test
    void thePatternsOfTheProfileNameMore() {
        Redactor ours = new Redactor(KEY, List.of("MY_PREFIX_*", "corp-????", "--door"));
        assertThat(ours.argv(List.of("a", "MY_PREFIX_X=1", "corp-1234", "corp-12345", "id=corp-9999", "--door", "42")))
                .containsExactly(
                        "a",
                        "MY_PREFIX_X=" + keyed("1"),
                        keyed("corp-1234"),
                        "corp-12345",
                        "id=" + keyed("corp-9999"),
                        "--door",
                        keyed("42"));
        assertThat(ours.value("MY_PREFIX_Y", "plain")).isEqualTo(keyed("plain"));
        assertThat(new Redactor(KEY, List.of("pin")).argv(List.of("a", "--pin", "42", "--pin=43")))
                .containsExactly("a", "--pin", keyed("42"), "--pin=" + keyed("43"));
    }

    @Test
    void valuesOfVariables() {
        assertThat(redactor.value("LANG", "C.UTF-8")).isEqualTo("C.UTF-8");
        assertThat(redactor.value("DB_PASSWORD", "x")).isEqualTo(keyed("x"));
        assertThat(redactor.value("PWD", "/home/user")).isEqualTo("/home/user");
        assertThat(redactor.value("DATABASE_URL", "postgres://u:pw@db/x"))
                .isEqualTo("postgres://u:" + keyed("pw") + "@db/x");
    }

    @Test
    void eventsAreTheSameOnesUnlessThereIsASecret() {
        Event.ProcessExec plain = new Event.ProcessExec(1, "/bin/true", List.of("true", "x"), false, "/");
        assertThat(redactor.event(plain)).isSameAs(plain);
        Event.FileRead file = new Event.FileRead("/a/ghp_16C7e42F292c6912E7710c838347Ae178B4a");
        assertThat(redactor.event(file)).isSameAs(file);
        assertThat(redactor.event(new Event.ProcessExec(1, "/bin/x", List.of("x", "--token=abc"), true, "/")))
                .isEqualTo(new Event.ProcessExec(1, "/bin/x", List.of("x", "--token=" + keyed("abc")), true, "/"));
        assertThat(redactor.event(new Event.SessionStarted("s", "p", List.of("x", "--token=abc"))))
                .isEqualTo(new Event.SessionStarted("s", "p", List.of("x", "--token=" + keyed("abc"))));
    }

    /** Nothing that a random generator made stays, but for a few in a hundred of the shortest. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                "abcdefghijklmnopqrstuvwxyz0123456789",
                "0123456789abcdef"
            })
    void randomTextIsSeen(String alphabet) {
        Random random = new Random(20261122);
        for (int length : new int[] {32, 43, 64}) {
            int missed = 0;
            for (int i = 0; i < 2000; i++) {
                StringBuilder secret = new StringBuilder();
                for (int j = 0; j < length; j++) {
                    secret.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                missed += one("--data=" + secret).contains(secret) ? 1 : 0;
            }
            assertThat(missed).as("%s, %s characters", alphabet, length).isLessThan(length == 32 ? 120 : 50);
        }
    }

    /** Whatever the payload writes: redacting takes no longer than reading. */
    @Test
    @Timeout(120)
    void hostileArgumentsTakeLinearTime() {
        Redactor ours = new Redactor(KEY, List.of("*a*b*c*", "MY_*"));
        List<String> hostile = new ArrayList<>();
        for (String part : List.of(
                "a=",
                "a:",
                "://",
                "sk-",
                "eyJ",
                "-----BEGIN ",
                "-----BEGIN X-----",
                "/",
                "'",
                "\"",
                "\\",
                "a/",
                "=",
                "token=",
                "token: ",
                "--token ",
                "x ",
                "keyed:",
                "A1",
                "https://a:b@",
                "$",
                "\u00e4")) {
            hostile.add(part.repeat(128 * 1024 / part.length()));
        }
        for (String word : hostile) {
            long start = System.nanoTime();
            assertThat(ours.argv(List.of("sh", "-c", word))).hasSize(3);
            assertThat(ours.argv(List.of("sh", word))).hasSize(2);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("%s…", word.substring(0, 10))
                    .isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void anyTextIsTaken() {
        Random random = new Random(7);
        String alphabet = "ab1= :/@'\"\\-$;.=\n{}token://";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(60); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            List<String> once = redactor.argv(List.of("sh", "-c", text.toString()));
            assertThat(once).hasSize(3);
        }
    }
}
