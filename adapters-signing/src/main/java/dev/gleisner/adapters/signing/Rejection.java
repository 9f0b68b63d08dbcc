package dev.gleisner.adapters.signing;

import dev.gleisner.ports.GleisnerException.EvidenceRejected;

/** Every reason for which evidence is refused before its signature is looked at. */
enum Rejection {
    JSON_TOO_LARGE("json.too-large", Constants.LIMIT),
    JSON_NOT_UTF8("json.not-utf8", Constants.DAMAGED),
    JSON_SYNTAX("json.syntax", Constants.DAMAGED),
    JSON_TRAILING_CONTENT("json.trailing-content", "cut the file into one JSON value each and verify them one by one"),
    JSON_DUPLICATE_MEMBER("json.duplicate-member", Constants.FORGED),
    JSON_TOO_DEEP("json.too-deep", Constants.LIMIT),
    JSON_LIMIT("json.limit", Constants.LIMIT),
    JSON_FRACTION("json.fraction", "make the record again with a writer that keeps to integers"),
    JSON_NUMBER_TOO_LARGE("json.number-too-large", "make the record again with large integers as strings"),
    JSON_LONE_SURROGATE("json.lone-surrogate", Constants.DAMAGED),

    BUNDLE_UNKNOWN_FORMAT("bundle.unknown-format", "give a Sigstore bundle, a DSSE envelope or a bundle of Gleisner"),
    BUNDLE_MEDIA_TYPE("bundle.media-type", "give a Sigstore bundle of version 0.1, 0.2 or 0.3"),
    BUNDLE_WRONG_TYPE("bundle.wrong-type", Constants.DAMAGED),
    BUNDLE_NO_ENVELOPE("bundle.no-envelope", Constants.DAMAGED),
    BUNDLE_MESSAGE_SIGNATURE("bundle.message-signature", "verify it with cosign verify-blob, which takes the file too"),
    BUNDLE_TWO_CONTENTS("bundle.two-contents", Constants.FORGED),
    BUNDLE_CERTIFICATE("bundle.certificate", "verify it with cosign or sigstore-js, or ask for one signed with a key"),
    BUNDLE_NO_MATERIAL("bundle.no-verification-material", Constants.DAMAGED),
    BUNDLE_TWO_MATERIALS("bundle.two-materials", Constants.FORGED),
    BUNDLE_HINT_MISMATCH("bundle.hint-mismatch", Constants.FORGED),
    BUNDLE_UNSIGNED("bundle.unsigned", "ask the producer for a signed record"),

    ENVELOPE_NO_PAYLOAD("envelope.no-payload", Constants.DAMAGED),
    ENVELOPE_NO_PAYLOAD_TYPE("envelope.no-payload-type", Constants.DAMAGED),
    ENVELOPE_PAYLOAD_BASE64("envelope.payload-base64", Constants.DAMAGED),
    ENVELOPE_NO_SIGNATURE("envelope.no-signature", "ask the producer for a signed record"),
    ENVELOPE_SEVERAL_SIGNATURES("envelope.several-signatures", "give an envelope with exactly one signature"),
    ENVELOPE_EMPTY_SIGNATURE("envelope.empty-signature", "ask the producer for a signed record"),
    ENVELOPE_SIGNATURE_BASE64("envelope.signature-base64", Constants.DAMAGED);

    /** Texts that several reasons share; an enum's own constants cannot be named before it. */
    private static final class Constants {
        static final String DAMAGED =
                "get the file again from where it was made; this copy is damaged or of another kind";
        static final String FORGED =
                "do not use this file: readers would disagree on what it says; get it again from where it was made";
        static final String LIMIT = "split the record; the limits keep a hostile file from using up the verifier";
    }

    private final String code;
    private final String fix;

    Rejection(String code, String fix) {
        this.code = code;
        this.fix = fix;
    }

    /** The stable code for scripts. */
    String code() {
        return code;
    }

    /** What a person can do about it. */
    String fix() {
        return fix;
    }

    /** The exception for {@code what}, with {@code why} in words. */
    EvidenceRejected because(String what, String why) {
        return new EvidenceRejected(code, what, why, fix);
    }
}
