package dev.gleisner.ports.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.domain.verify.Check.Outcome;
import dev.gleisner.ports.GleisnerException.EvidenceRejected;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every verifier promises. */
public abstract class VerifierContract {
    private static final String TYPE = "application/vnd.in-toto+json";
    private static final byte[] PAYLOAD = "{\"_type\":\"x\"}".getBytes(UTF_8);

    /** The verifier. */
    protected abstract Verifier verifier() throws Exception;

    /** A bundle that {@link #trust} is enough for. */
    protected abstract byte[] signed(String payloadType, byte[] payload) throws Exception;

    /** Trust in the key that {@link #signed} signs with. */
    protected abstract Trust trust() throws Exception;

    @Test
    final void believesASignatureByATrustedKey() throws Exception {
        List<Check> checks = verifier().verify(verifier().open(signed(TYPE, PAYLOAD)), trust());
        assertThat(checks).extracting(Check::id).containsExactly("signature.valid", "signature.trusted");
        assertThat(checks).extracting(Check::outcome).containsOnly(Outcome.PASS);
    }

    @Test
    final void doesNotBelieveAKeyThatNobodyTrusts() throws Exception {
        List<Check> checks = verifier().verify(verifier().open(signed(TYPE, PAYLOAD)), new Trust(List.of(), false));
        assertThat(checks)
                .filteredOn(check -> check.id().equals("signature.trusted"))
                .extracting(Check::outcome)
                .containsExactly(Outcome.FAIL);
    }

    @Test
    final void seesEveryFlippedBitOfPayloadAndSignature() throws Exception {
        OpenedBundle good = verifier().open(signed(TYPE, PAYLOAD));
        for (int bit = 0; bit < 8 * PAYLOAD.length; bit++) {
            refuses(good, flipped(good.payload(), bit), good.signature());
        }
        for (int bit = 0; bit < 8 * good.signature().length; bit++) {
            refuses(good, good.payload(), flipped(good.signature(), bit));
        }
        for (int length = 0; length < good.signature().length; length++) {
            refuses(good, good.payload(), java.util.Arrays.copyOf(good.signature(), length));
        }
    }

    private void refuses(OpenedBundle good, byte[] payload, byte[] signature) throws Exception {
        OpenedBundle bad = new OpenedBundle(
                good.mediaType(), good.payloadType(), payload, signature, good.keyHint(), good.embeddedKey());
        assertThat(verifier().verify(bad, trust())).extracting(Check::outcome).containsOnly(Outcome.FAIL);
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << bit % 8);
        return copy;
    }

    @Test
    final void takesTheHintForNothingMoreThanAHint() throws Exception {
        OpenedBundle good = verifier().open(signed(TYPE, PAYLOAD));
        for (Optional<String> hint : List.of(Optional.<String>empty(), Optional.of("somebody else"))) {
            OpenedBundle other = new OpenedBundle(
                    good.mediaType(), good.payloadType(), good.payload(), good.signature(), hint, good.embeddedKey());
            assertThat(verifier().verify(other, trust()))
                    .extracting(Check::outcome)
                    .containsOnly(Outcome.PASS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "[]", "1", "null", "\"{}\"", "{}", "{\"mediaType\":\"text/plain\"}"})
    final void opensNothingButBundles(String text) {
        assertThatThrownBy(() -> verifier().open(text.getBytes(UTF_8)))
                .isInstanceOfSatisfying(EvidenceRejected.class, rejected -> {
                    assertThat(rejected.reason()).matches("[a-z0-9]+(\\.[a-z0-9-]+)+");
                    assertThat(rejected.fix()).isNotBlank();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":1.5}",
                "{\"a\":1e2}",
                "{\"a\":9007199254740992}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1,}",
                "{\"a\":1}{}",
                "{\"a\":1} x",
                "{\"a\":1",
                "{\"a\":\"\\ud800\"}",
                "/* */{}"
            })
    final void parsesNothingThatReadersDisagreeOn(String text) {
        assertThatThrownBy(() -> verifier().parse(text.getBytes(UTF_8))).isInstanceOf(EvidenceRejected.class);
    }

    @Test
    final void parsesWhatIsPlain() throws Exception {
        assertThat(verifier().parse(" {\"a\":[1,-2,true,null,\"\\u00fc\\ud83d\\ude00\"]}\n".getBytes(UTF_8)))
                .isEqualTo(Json.object()
                        .put(
                                "a",
                                new Json.Arr(List.of(
                                        Json.of(1),
                                        Json.of(-2),
                                        Json.of(true),
                                        Json.Null.NULL,
                                        Json.of("\u00fc\ud83d\ude00"))))
                        .build());
    }
}
