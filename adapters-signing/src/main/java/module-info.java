/** Keys, DSSE envelopes, Sigstore bundles, verification and the JSON policy engine. */
module dev.gleisner.adapters.signing {
    requires dev.gleisner.ports;
    requires org.bouncycastle.provider;
    requires tools.jackson.core;
    requires static org.jspecify;

    provides dev.gleisner.ports.SignerProvider with
            dev.gleisner.adapters.signing.LocalKeySignerProvider;
    provides dev.gleisner.ports.VerifierProvider with
            dev.gleisner.adapters.signing.BundleVerifierProvider;
    provides dev.gleisner.ports.PolicyEngineProvider with
            dev.gleisner.adapters.signing.JsonPolicyEngineProvider;
}
