package dev.gleisner.adapters.signing;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.ProvenanceStatement;
import dev.gleisner.ports.GleisnerException.EvidenceRejected;
import dev.gleisner.ports.Verifier.OpenedBundle;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Finds payload, signature and key hint in the three forms that are read. As protocol buffers want it, members that
 * are not known are ignored, and null is the same as absent.
 *
 * @spec https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto Sigstore bundle
 * @spec https://github.com/secure-systems-lab/dsse/blob/master/envelope.md DSSE envelope
 */
final class BundleReader {
    /** A DSSE envelope without a bundle around it. */
    static final String ENVELOPE = "application/vnd.dsse.envelope.v1+json";
    /** The bundle of the tool named Gleisner that ours replaces: it signs the payload itself, not its DSSE encoding. */
    static final String EARLIER_GLEISNER = "application/vnd.gleisner.attestation-bundle+json";

    private static final List<String> SIGSTORE = List.of(
            Dsse.BUNDLE_V0_3,
            "application/vnd.dev.sigstore.bundle+json;version=0.3",
            "application/vnd.dev.sigstore.bundle+json;version=0.2",
            "application/vnd.dev.sigstore.bundle+json;version=0.1");
    private static final String WHAT = "the bundle";

    private BundleReader() {}

    static OpenedBundle open(byte[] bytes) throws EvidenceRejected {
        if (!(StrictJson.read(WHAT, bytes) instanceof Json.Obj root)) {
            throw Rejection.BUNDLE_UNKNOWN_FORMAT.because(WHAT, "it is no JSON object");
        }
        if (has(root, "mediaType")) {
            return sigstore(root);
        }
        if (has(root, "payloadType") || has(root, "signatures")) {
            return envelope(ENVELOPE, root, Optional.empty());
        }
        if (has(root, "verification_material")) {
            return earlier(root);
        }
        throw Rejection.BUNDLE_UNKNOWN_FORMAT.because(
                WHAT, "none of mediaType, payloadType and verification_material is in it");
    }

    private static OpenedBundle sigstore(Json.Obj root) throws EvidenceRejected {
        String mediaType = text(root, "mediaType", "mediaType").orElse("");
        if (!SIGSTORE.contains(mediaType)) {
            throw Rejection.BUNDLE_MEDIA_TYPE.because(WHAT, "its media type is \"" + mediaType + "\"");
        }
        if (has(root, "messageSignature")) {
            if (has(root, "dsseEnvelope")) {
                throw Rejection.BUNDLE_TWO_CONTENTS.because(WHAT, "messageSignature and dsseEnvelope are both in it");
            }
            throw Rejection.BUNDLE_MESSAGE_SIGNATURE.because(
                    WHAT, "it signs a file, not a statement, and the file is not in it");
        }
        Json.Obj envelope = object(root, "dsseEnvelope")
                .orElseThrow(() -> Rejection.BUNDLE_NO_ENVELOPE.because(WHAT, "dsseEnvelope is not in it"));
        Json.Obj material = object(root, "verificationMaterial")
                .orElseThrow(() -> Rejection.BUNDLE_NO_MATERIAL.because(WHAT, "verificationMaterial is not in it"));
        boolean certificate = has(material, "certificate") || has(material, "x509CertificateChain");
        boolean key = has(material, "publicKey");
        if (certificate && key) {
            throw Rejection.BUNDLE_TWO_MATERIALS.because(WHAT, "it names a public key and a certificate");
        }
        if (certificate) {
            throw Rejection.BUNDLE_CERTIFICATE.because(
                    WHAT, "it is signed with a certificate, which needs the sigstore verifier, not installed");
        }
        Json.Obj identifier = object(material, "publicKey")
                .orElseThrow(() -> Rejection.BUNDLE_NO_MATERIAL.because(WHAT, "it names neither key nor certificate"));
        return envelope(mediaType, envelope, text(identifier, "hint", "the key hint"));
    }

    private static OpenedBundle envelope(String mediaType, Json.Obj envelope, Optional<String> hint)
            throws EvidenceRejected {
        String payloadType = text(envelope, "payloadType", "payloadType")
                .orElseThrow(() -> Rejection.ENVELOPE_NO_PAYLOAD_TYPE.because(WHAT, "payloadType is not in it"));
        String payload = text(envelope, "payload", "payload")
                .orElseThrow(() -> Rejection.ENVELOPE_NO_PAYLOAD.because(WHAT, "payload is not in it"));
        Json signatures = envelope.get("signatures").orElse(Json.Null.NULL);
        if (signatures == Json.Null.NULL || signatures.equals(new Json.Arr(List.of()))) {
            throw Rejection.ENVELOPE_NO_SIGNATURE.because(WHAT, "signatures is empty");
        }
        if (!(signatures instanceof Json.Arr(List<Json> all))) {
            throw Rejection.BUNDLE_WRONG_TYPE.because(WHAT, "signatures is no array");
        }
        if (all.size() > 1) {
            throw Rejection.ENVELOPE_SEVERAL_SIGNATURES.because(WHAT, all.size() + " signatures are in it");
        }
        if (!(all.getFirst() instanceof Json.Obj only)) {
            throw Rejection.BUNDLE_WRONG_TYPE.because(WHAT, "the signature is no object");
        }
        Optional<String> keyId = text(only, "keyid", "keyid");
        if (hint.isPresent() && keyId.isPresent() && !hint.equals(keyId)) {
            throw Rejection.BUNDLE_HINT_MISMATCH.because(
                    WHAT, "the key hint is \"" + hint.get() + "\" and keyid \"" + keyId.get() + "\"");
        }
        String signature = text(only, "sig", "sig")
                .orElseThrow(() -> Rejection.ENVELOPE_EMPTY_SIGNATURE.because(WHAT, "the signature is empty"));
        return new OpenedBundle(
                mediaType,
                payloadType,
                base64(Rejection.ENVELOPE_PAYLOAD_BASE64, payload),
                base64(Rejection.ENVELOPE_SIGNATURE_BASE64, signature),
                hint.or(() -> keyId),
                Optional.empty());
    }

    private static OpenedBundle earlier(Json.Obj root) throws EvidenceRejected {
        Json.Obj material = object(root, "verification_material")
                .orElseThrow(() -> Rejection.BUNDLE_NO_MATERIAL.because(WHAT, "verification_material is not in it"));
        String kind = text(material, "type", "type").orElse("");
        if (!kind.equals("local_key")) {
            throw switch (kind) {
                case "sigstore" ->
                    Rejection.BUNDLE_CERTIFICATE.because(
                            WHAT, "it is signed with a certificate, which needs the sigstore verifier, not installed");
                case "none" -> Rejection.BUNDLE_UNSIGNED.because(WHAT, "it says of itself that it is not signed");
                default ->
                    Rejection.BUNDLE_NO_MATERIAL.because(
                            WHAT, "verification_material is of the unknown type \"" + kind + "\"");
            };
        }
        String payload = text(root, "payload", "payload")
                .orElseThrow(() -> Rejection.ENVELOPE_NO_PAYLOAD.because(WHAT, "payload is not in it"));
        String signature = text(root, "signature", "signature")
                .orElseThrow(() -> Rejection.ENVELOPE_EMPTY_SIGNATURE.because(WHAT, "the signature is empty"));
        return new OpenedBundle(
                EARLIER_GLEISNER,
                ProvenanceStatement.PAYLOAD_TYPE, // this format carries nothing else
                payload.getBytes(StandardCharsets.UTF_8),
                base64(Rejection.ENVELOPE_SIGNATURE_BASE64, signature),
                Optional.empty(),
                text(material, "public_key", "public_key"));
    }

    private static boolean has(Json.Obj object, String member) {
        return object.get(member).orElse(Json.Null.NULL) != Json.Null.NULL;
    }

    private static Optional<Json.Obj> object(Json.Obj parent, String member) throws EvidenceRejected {
        Json value = parent.get(member).orElse(Json.Null.NULL);
        if (value == Json.Null.NULL) {
            return Optional.empty();
        }
        if (value instanceof Json.Obj object) {
            return Optional.of(object);
        }
        throw Rejection.BUNDLE_WRONG_TYPE.because(WHAT, member + " is no object");
    }

    /** A string member; empty when it is absent, null or the empty string, which are the same in protocol buffers. */
    private static Optional<String> text(Json.Obj parent, String member, String words) throws EvidenceRejected {
        Json value = parent.get(member).orElse(Json.Null.NULL);
        if (value == Json.Null.NULL) {
            return Optional.empty();
        }
        if (value instanceof Json.Str(String text)) {
            return Optional.of(text).filter(each -> !each.isEmpty());
        }
        throw Rejection.BUNDLE_WRONG_TYPE.because(WHAT, words + " is no string");
    }

    /** DSSE: "Implementations MUST accept both standard and URL-safe base64". */
    private static byte[] base64(Rejection otherwise, String text) throws EvidenceRejected {
        boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        try {
            return (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
        } catch (IllegalArgumentException e) {
            throw otherwise.because(WHAT, "not base64: " + e.getMessage());
        }
    }
}
