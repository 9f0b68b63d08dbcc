package dev.gleisner.adapters.signing;

import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.StatementDiff;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.verify.PolicyInput;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.GleisnerException.EvidenceRejected;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.util.List;
import java.util.Optional;

/** Fuzz entry point for everything that reads a bundle from a stranger; a fuzzer calls it with arbitrary bytes. */
public final class BundleFuzz {
    private static final BundleVerifier VERIFIER = new BundleVerifier(Optional.empty());

    private BundleFuzz() {}

    /** Reads {@code data} as a bundle and as a statement; returns when it is refused, throws on a mistake of ours. */
    public static void fuzzerTestOneInput(byte[] data) {
        statement(data);
        OpenedBundle opened;
        try {
            opened = VERIFIER.open(data);
        } catch (EvidenceRejected _) {
            return;
        }
        try {
            if (VERIFIER.verify(opened, new Trust(List.of(), false)).size() != 2) {
                throw new IllegalStateException("two checks expected");
            }
        } catch (GleisnerException e) {
            throw new IllegalStateException("no key is read here, so nothing can fail", e);
        }
        StatementView.payloadType(opened.payloadType());
        statement(opened.payload());
    }

    private static void statement(byte[] data) {
        Json json;
        try {
            json = VERIFIER.parse(data);
        } catch (EvidenceRejected _) {
            return;
        }
        byte[] canonical = CanonicalJson.bytes(json);
        try {
            if (!VERIFIER.parse(canonical).equals(json)) {
                throw new IllegalStateException("the canonical form says something else");
            }
        } catch (EvidenceRejected e) {
            throw new IllegalStateException("the canonical form is refused", e);
        }
        if (json instanceof Json.Obj object) {
            StatementView view = StatementView.of(object);
            view.checks();
            PolicyInput.of(object, Optional.empty());
            StatementDiff diff = StatementDiff.of(view, StatementView.of(Json.EMPTY));
            diff.lines();
            CanonicalJson.bytes(diff.toJson());
            if (!StatementDiff.of(view, view).same()) {
                throw new IllegalStateException("a statement differs from itself");
            }
        }
    }
}
