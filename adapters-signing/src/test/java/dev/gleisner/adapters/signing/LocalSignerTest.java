package dev.gleisner.adapters.signing;

import dev.gleisner.ports.Signer;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.Trust;
import dev.gleisner.ports.contract.SignerContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Our signer under the contract of all signers. */
class LocalSignerTest extends SignerContract {
    private final PrivateKey key = TestKeys.fixed();

    @TempDir
    Path directory;

    @Override
    protected Signer signer() {
        return new LocalSigner(key);
    }

    @Override
    protected Verifier verifier() {
        return new BundleVerifier(Optional.empty());
    }

    @Override
    protected Trust trust() throws Exception {
        Path pem = directory.resolve("public.pem");
        Files.writeString(pem, key.publicKey().pem());
        return new Trust(List.of(pem), false);
    }
}
