package dev.gleisner.domain.digest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.json.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Digests carry the right name, length and spelling. */
class DigestTest {
    /** FIPS 180-2, appendix B.1. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void isSha256() {
        assertThat(Digest.sha256("abc".getBytes(UTF_8))).hasToString("sha256:" + ABC);
        var running = Digest.newSha256();
        running.update("abc".getBytes(UTF_8));
        assertThat(Digest.sha256(running)).isEqualTo(Digest.sha256("abc".getBytes(UTF_8)));
        assertThat(Digest.sha256(running)).as("was reset").isEqualTo(Digest.sha256(new byte[0]));
        assertThat(Digest.sha256("abc".getBytes(UTF_8)).toJson())
                .isEqualTo(Json.object().put("sha256", ABC).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"})
    void refusesOtherSpellings(String hex) {
        assertThatThrownBy(() -> new Digest(DigestAlgorithm.SHA256, hex)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void doesNotTakeAGitCommitForASha256() {
        String commit = "0".repeat(40);
        assertThat(new Digest(DigestAlgorithm.GIT_COMMIT, commit)).hasToString("gitCommit:" + commit);
        assertThat(new Digest(DigestAlgorithm.GIT_COMMIT, ABC).hex()).isEqualTo(ABC);
        assertThatThrownBy(() -> new Digest(DigestAlgorithm.SHA256, commit))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(DigestAlgorithm.class)
    void isFoundByItsKey(DigestAlgorithm algorithm) {
        assertThat(DigestAlgorithm.byKey(algorithm.key())).isEqualTo(Optional.of(algorithm));
        assertThat(DigestAlgorithm.byKey("md5")).isEmpty();
    }
}
