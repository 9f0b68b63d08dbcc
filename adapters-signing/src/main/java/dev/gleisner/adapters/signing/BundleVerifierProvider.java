package dev.gleisner.adapters.signing;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.VerifierProvider;

/** Verifies DSSE envelopes signed with ECDSA P-256 keys, in Sigstore bundles or plain. */
public final class BundleVerifierProvider implements VerifierProvider {
    /** Does nothing; the service loader calls it. */
    public BundleVerifierProvider() {}

    @Override
    public String name() {
        return "dsse";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        return new Availability.Ready("DSSE with ECDSA P-256; Sigstore bundles 0.1 to 0.3 with a public key");
    }

    @Override
    public Verifier create() {
        return new BundleVerifier(KeyDirectory.ofEnvironment().map(LocalKeyRing::new));
    }
}
