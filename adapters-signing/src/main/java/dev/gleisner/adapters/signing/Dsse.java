package dev.gleisner.adapters.signing;

import dev.gleisner.domain.json.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * DSSE and the Sigstore bundle around it.
 *
 * @spec https://github.com/secure-systems-lab/dsse/blob/master/protocol.md DSSE protocol
 * @spec https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto Sigstore bundle
 */
final class Dsse {
    /** The bundle that we write. */
    static final String BUNDLE_V0_3 = "application/vnd.dev.sigstore.bundle.v0.3+json";

    /**
     * Largest bundle that is written or read, in bytes. A statement of a hundred thousand files is about 30 MB in
     * base64; beyond 64 MiB the reader's memory would be at the mercy of whoever sends it.
     */
    static final int MAX_BUNDLE_BYTES = 64 << 20;

    private Dsse() {}

    /** The pre-authentication encoding: the bytes that are signed. */
    static byte[] pae(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        Utf8Buffer head = new Utf8Buffer(type.length + 64);
        head.ascii("DSSEv1 ").decimal(type.length).ascii(' ');
        int typeAt = head.length();
        byte[] start = head.toByteArray();
        head.clear();
        head.ascii(' ').decimal(payload.length).ascii(' ');
        byte[] middle = head.toByteArray();
        byte[] pae = new byte[typeAt + type.length + middle.length + payload.length];
        System.arraycopy(start, 0, pae, 0, typeAt);
        System.arraycopy(type, 0, pae, typeAt, type.length);
        System.arraycopy(middle, 0, pae, typeAt + type.length, middle.length);
        System.arraycopy(payload, 0, pae, typeAt + type.length + middle.length, payload.length);
        return pae;
    }

    /** Writes a bundle with one signature by a key that is known to verifiers out of band. */
    static byte[] bundle(String payloadType, byte[] payload, byte[] signature, String keyId) {
        Base64.Encoder base64 = Base64.getEncoder();
        String body = base64.encodeToString(payload);
        Utf8Buffer out = new Utf8Buffer(body.length() + 1024);
        out.ascii("{\"mediaType\":").quoted(BUNDLE_V0_3);
        out.ascii(",\"verificationMaterial\":{\"publicKey\":{\"hint\":").quoted(keyId);
        out.ascii("}},\"dsseEnvelope\":{\"payload\":\"").ascii(body);
        out.ascii("\",\"payloadType\":").quoted(payloadType);
        out.ascii(",\"signatures\":[{\"sig\":\"").ascii(base64.encodeToString(signature));
        out.ascii("\",\"keyid\":").quoted(keyId).ascii("}]}}\n");
        return out.toByteArray();
    }
}
