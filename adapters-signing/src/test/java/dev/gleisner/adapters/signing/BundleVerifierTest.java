package dev.gleisner.adapters.signing;

import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.Trust;
import dev.gleisner.ports.contract.VerifierContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Our verifier under the contract of all verifiers. */
class BundleVerifierTest extends VerifierContract {
    private final PrivateKey key = TestKeys.fixed();

    @TempDir
    Path directory;

    @Override
    protected Verifier verifier() {
        return new BundleVerifier(Optional.empty());
    }

    @Override
    protected byte[] signed(String payloadType, byte[] payload) throws Exception {
        return new LocalSigner(key).sign(payloadType, payload);
    }

    @Override
    protected Trust trust() throws Exception {
        Path pem = directory.resolve("public.pem");
        Files.writeString(pem, key.publicKey().pem());
        return new Trust(List.of(pem), false);
    }
}
