package dev.gleisner.adapters.signing;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.GleisnerException.BadInput;
import dev.gleisner.ports.Signer;

/** Signs with a key that was read from a file. */
final class LocalSigner implements Signer {
    private final PrivateKey key;

    LocalSigner(PrivateKey key) {
        this.key = key;
    }

    @Override
    public String keyId() {
        return key.publicKey().keyId();
    }

    @Override
    public byte[] sign(String payloadType, byte[] payload) throws GleisnerException {
        // Base64 makes four bytes of three; 4096 are for everything around the payload.
        if (payload.length > (Dsse.MAX_BUNDLE_BYTES - 4096) / 4 * 3) {
            throw new BadInput(
                    "a statement of " + payload.length + " bytes",
                    "its bundle would be larger than the " + Dsse.MAX_BUNDLE_BYTES + " bytes that verifiers accept",
                    "record a smaller project directory");
        }
        byte[] signature = P256.sign(key.d(), Dsse.pae(payloadType, payload));
        return Dsse.bundle(payloadType, payload, signature, keyId());
    }
}
