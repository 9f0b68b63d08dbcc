package dev.gleisner.ports.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.verify.Check;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every signer promises; a verifier that trusts it is the judge. */
public abstract class SignerContract {
    private static final String TYPE = "application/vnd.in-toto+json";

    /** The signer; every call gives one with the same key. */
    protected abstract Signer signer() throws Exception;

    /** A verifier for its bundles. */
    protected abstract Verifier verifier() throws Exception;

    /** Trust in that signer's key and no other. */
    protected abstract Trust trust() throws Exception;

    @Test
    final void namesItsKeyByTheSameDigestEachTime() throws Exception {
        assertThat(signer().keyId()).matches("[0-9a-f]{64}").isEqualTo(signer().keyId());
    }

    @Test
    final void hintsAtItsKeyInTheBundle() throws Exception {
        OpenedBundle opened = verifier().open(signer().sign(TYPE, "{}".getBytes(UTF_8)));
        assertThat(opened.keyHint()).isEqualTo(Optional.of(signer().keyId()));
        assertThat(opened.embeddedKey()).isEmpty();
    }

    @Test
    final void carriesEveryByteOfThePayloadAndItsType() throws Exception {
        byte[] payload = new byte[1000];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        String type = "application/vnd.\u00fcml\"aut+json";
        OpenedBundle opened = verifier().open(signer().sign(type, payload));
        assertThat(opened.payload()).isEqualTo(payload);
        assertThat(opened.payloadType()).isEqualTo(type);
        assertThat(verifier().verify(opened, trust())).isNotEmpty().allMatch(SignerContract::passed);
    }

    @Test
    final void signsTheTypeWithThePayload() throws Exception {
        OpenedBundle opened = verifier().open(signer().sign(TYPE, "{}".getBytes(UTF_8)));
        OpenedBundle retyped = new OpenedBundle(
                opened.mediaType(),
                "application/json",
                opened.payload(),
                opened.signature(),
                opened.keyHint(),
                opened.embeddedKey());
        assertThat(verifier().verify(opened, trust())).allMatch(SignerContract::passed);
        assertThat(verifier().verify(retyped, trust())).noneMatch(SignerContract::passed);
    }

    private static boolean passed(Check check) {
        return check.outcome() == Check.Outcome.PASS;
    }
}
