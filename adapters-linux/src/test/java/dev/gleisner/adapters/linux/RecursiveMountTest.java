package dev.gleisner.adapters.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.ports.contract.Needs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is mounted below a read-only bind is read-only, too: tried in a mount namespace that unshare(1) makes. */
@Tag("kernel")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecursiveMountTest {
    @Test
    void aMountBelowAReadOnlyBindIsReadOnly() throws Exception {
        Needs.feature("namespaces", new NativeBackendProvider().probe());
        Path unshare = Needs.tool("unshare");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // A tmpfs below /usr, writable where it is made, then a sandbox that binds /usr read-only.
        Process process = new ProcessBuilder(
                        unshare.toString(),
                        "--user",
                        "--map-current-user",
                        "--keep-caps",
                        "--mount",
                        "/bin/sh",
                        "-c",
                        "mount -t tmpfs tmpfs /usr/local/share && touch /usr/local/share/outside && exec \"$@\"",
                        "sh",
                        java,
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Inside.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).contains("outside", "ead-only file system").doesNotContain("made it");
    }

    /** The supervisor in that namespace. */
    static final class Inside {
        public static void main(String[] args) throws Exception {
            NativeBackendTest test = new NativeBackendTest();
            System.exit(test.tryToWriteBelowUsr());
        }
    }
}
