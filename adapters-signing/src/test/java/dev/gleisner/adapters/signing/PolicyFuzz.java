package dev.gleisner.adapters.signing;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.verify.PolicyInput;
import dev.gleisner.ports.GleisnerException.BadInput;
import java.nio.file.Path;
import java.util.Optional;

/** Fuzz entry point for policies. */
public final class PolicyFuzz {
    private static final PolicyInput NOTHING = PolicyInput.of(Json.EMPTY, Optional.empty());

    private PolicyFuzz() {}

    /** Reads {@code data} as a policy; a policy that is accepted must refuse a statement that says nothing. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            if (PolicyReader.read(Path.of("policy.json"), data).evaluate(NOTHING).stream()
                    .allMatch(check -> check.outcome() == dev.gleisner.domain.verify.Check.Outcome.PASS)) {
                throw new IllegalStateException("this policy accepts a statement that says nothing");
            }
        } catch (BadInput _) {
            // refused
        }
    }
}
