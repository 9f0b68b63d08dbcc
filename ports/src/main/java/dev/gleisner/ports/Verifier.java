package dev.gleisner.ports;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.verify.Check;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads evidence from strangers and checks signatures on it. */
public interface Verifier {
    /**
     * A bundle that could be read; nothing in it is believed yet.
     *
     * @param mediaType of the bundle
     * @param payloadType of the envelope
     * @param payload the decoded payload: the bytes that are signed and the bytes that are parsed
     * @param signature the one signature
     * @param keyHint which key to try; a hint, never a reason to trust
     * @param embeddedKey the public key in PEM that the bundle carries, where its format has one; it can name the
     *     signer and is never a reason to trust
     */
    record OpenedBundle(
            String mediaType,
            String payloadType,
            byte[] payload,
            byte[] signature,
            Optional<String> keyHint,
            Optional<String> embeddedKey) {}

    /**
     * Whom the caller trusts.
     *
     * @param publicKeys PEM files given for this verification
     * @param keyring whether the trusted keys of the ring count too
     */
    record Trust(List<Path> publicKeys, boolean keyring) {
        public Trust {
            publicKeys = List.copyOf(publicKeys);
        }
    }

    /**
     * Reads a bundle strictly.
     *
     * @throws GleisnerException.EvidenceRejected when it is no bundle, or says something twice, or is too large
     */
    OpenedBundle open(byte[] bundle) throws GleisnerException.EvidenceRejected;

    /**
     * Reads JSON strictly: no duplicate members, bounded depth and size, integers only.
     *
     * @throws GleisnerException.EvidenceRejected when it is anything else
     */
    Json parse(byte[] json) throws GleisnerException.EvidenceRejected;

    /**
     * Checks the signature: {@code signature.valid} (it was made with a known key over this payload) and {@code
     * signature.trusted} (that key is trusted).
     */
    List<Check> verify(OpenedBundle bundle, Trust trust) throws GleisnerException;
}
