package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gleisner.domain.verify.Check;
import dev.gleisner.domain.verify.Check.Outcome;
import dev.gleisner.ports.GleisnerException.EvidenceRejected;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Attack E31: hostile bundles, each refused for its own reason, and their twins that are accepted. */
class RejectionTest {
    private static final String TYPE = "application/vnd.in-toto+json";
    private static final byte[] PAYLOAD = "{\"_type\":\"https://in-toto.io/Statement/v1\"}".getBytes(UTF_8);

    private final BundleVerifier verifier = new BundleVerifier(Optional.empty());

    @TempDir
    Path directory;

    private static String good() {
        try {
            return new String(new LocalSigner(TestKeys.fixed()).sign(TYPE, PAYLOAD), UTF_8);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The good bundle with one part replaced; the part must be there. */
    private static byte[] with(String part, String replacement) {
        String good = good();
        assertThat(good).contains(part);
        return good.replace(part, replacement).getBytes(UTF_8);
    }

    private static String signatures() {
        String good = good();
        return good.substring(good.indexOf("\"signatures\":"), good.indexOf("}]}}") + 2);
    }

    private static String material() {
        return "{\"publicKey\":{\"hint\":\"" + TestKeys.fixed().publicKey().keyId() + "\"}}";
    }

    private static String earlier(String material) {
        return "{\"payload\":\"{}\",\"signature\":\"AA==\",\"verification_material\":" + material + "}";
    }

    static Stream<Arguments> hostile() {
        String sig = signatures();
        String one = sig.substring(sig.indexOf('[') + 1, sig.length() - 1);
        byte[] large = new byte[Dsse.MAX_BUNDLE_BYTES + 1];
        Arrays.fill(large, (byte) ' ');
        return Stream.of(
                arguments(Rejection.JSON_TOO_LARGE, "a byte over the limit", large),
                arguments(Rejection.JSON_NOT_UTF8, "latin-1", "{\"\u00fc\":1}".getBytes(ISO_8859_1)),
                arguments(Rejection.JSON_NOT_UTF8, "overlong slash", new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}),
                arguments(Rejection.JSON_NOT_UTF8, "a surrogate in UTF-8", new byte[] {
                    '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'
                }),
                arguments(Rejection.JSON_SYNTAX, "UTF-16", good().getBytes(java.nio.charset.StandardCharsets.UTF_16BE)),
                arguments(Rejection.JSON_SYNTAX, "a byte order mark", ("\ufeff" + good()).getBytes(UTF_8)),
                arguments(Rejection.JSON_SYNTAX, "nothing", new byte[0]),
                arguments(
                        Rejection.JSON_SYNTAX,
                        "half a bundle",
                        good().substring(0, 100).getBytes(UTF_8)),
                arguments(Rejection.JSON_SYNTAX, "a comment", ("/**/" + good()).getBytes(UTF_8)),
                arguments(Rejection.JSON_TRAILING_CONTENT, "two bundles", (good() + good()).getBytes(UTF_8)),
                arguments(Rejection.JSON_TRAILING_CONTENT, "a word after it", (good() + "x").getBytes(UTF_8)),
                arguments(
                        Rejection.JSON_DUPLICATE_MEMBER,
                        "two payloads",
                        with("\"payloadType\"", "\"payload\":\"e30=\",\"payloadType\"")),
                arguments(
                        Rejection.JSON_DUPLICATE_MEMBER,
                        "two payload types, one escaped",
                        with("\"payloadType\"", "\"payload\\u0054ype\":\"text/plain\",\"payloadType\"")),
                arguments(
                        Rejection.JSON_DUPLICATE_MEMBER,
                        "twice in an unknown member",
                        with("}}\n", "},\"x\":{\"a\":1,\"a\":1}}")),
                arguments(Rejection.JSON_TOO_DEEP, "65 arrays", ("[".repeat(65) + "]".repeat(65)).getBytes(UTF_8)),
                arguments(
                        Rejection.JSON_TOO_DEEP,
                        "a million arrays",
                        "[".repeat(1_000_000).getBytes(UTF_8)),
                arguments(
                        Rejection.JSON_TOO_DEEP,
                        "a million objects",
                        "{\"a\":".repeat(1_000_000).getBytes(UTF_8)),
                arguments(
                        Rejection.JSON_LIMIT, "a number of 100 digits", ("[" + "1".repeat(100) + "]").getBytes(UTF_8)),
                arguments(
                        Rejection.JSON_LIMIT,
                        "a name of 5000 letters",
                        ("{\"" + "n".repeat(5000) + "\":1}").getBytes(UTF_8)),
                arguments(
                        Rejection.JSON_LIMIT,
                        "ten million values",
                        ("[" + "1,".repeat(10_000_000) + "1]").getBytes(UTF_8)),
                arguments(Rejection.JSON_FRACTION, "a fraction", with("}}\n", "},\"x\":0.5}")),
                arguments(Rejection.JSON_FRACTION, "an exponent", with("}}\n", "},\"x\":1e999999999}")),
                arguments(Rejection.JSON_NUMBER_TOO_LARGE, "2^53", with("}}\n", "},\"x\":9007199254740992}")),
                arguments(Rejection.JSON_NUMBER_TOO_LARGE, "-2^63", with("}}\n", "},\"x\":-9223372036854775808}")),
                arguments(Rejection.JSON_LONE_SURROGATE, "in a string", with("}}\n", "},\"x\":\"\\ud800\"}")),
                arguments(Rejection.JSON_SYNTAX, "half a surrogate pair in a name", with("}}\n", "},\"\\udc00\":1}")),
                arguments(Rejection.BUNDLE_UNKNOWN_FORMAT, "an array", "[]".getBytes(UTF_8)),
                arguments(Rejection.BUNDLE_UNKNOWN_FORMAT, "a bare statement", PAYLOAD),
                arguments(Rejection.BUNDLE_MEDIA_TYPE, "version 0.4", with("bundle.v0.3+json", "bundle.v0.4+json")),
                arguments(
                        Rejection.BUNDLE_WRONG_TYPE,
                        "an envelope in an array",
                        with("\"dsseEnvelope\":{", "\"dsseEnvelope\":[],\"other\":{")),
                arguments(Rejection.BUNDLE_WRONG_TYPE, "a numeric payload type", with("\"" + TYPE + "\"", "7")),
                arguments(Rejection.BUNDLE_WRONG_TYPE, "signatures as an object", with(sig, "\"signatures\":{}")),
                arguments(Rejection.BUNDLE_WRONG_TYPE, "a signature as a string", with(one, "\"AA==\"")),
                arguments(
                        Rejection.BUNDLE_WRONG_TYPE,
                        "a hint as a list",
                        with(material(), "{\"publicKey\":{\"hint\":[]}}")),
                arguments(Rejection.BUNDLE_NO_ENVELOPE, "no envelope", with("dsseEnvelope", "otherEnvelope")),
                arguments(
                        Rejection.BUNDLE_MESSAGE_SIGNATURE,
                        "a signed file",
                        with("\"dsseEnvelope\"", "\"messageSignature\":{},\"otherEnvelope\"")),
                arguments(
                        Rejection.BUNDLE_TWO_CONTENTS,
                        "a file and a statement",
                        with("\"dsseEnvelope\"", "\"messageSignature\":{},\"dsseEnvelope\"")),
                arguments(
                        Rejection.BUNDLE_CERTIFICATE,
                        "a certificate",
                        with(material(), "{\"certificate\":{\"rawBytes\":\"AA==\"}}")),
                arguments(
                        Rejection.BUNDLE_CERTIFICATE,
                        "a certificate chain",
                        with(material(), "{\"x509CertificateChain\":{\"certificates\":[]}}")),
                arguments(
                        Rejection.BUNDLE_CERTIFICATE,
                        "the earlier Gleisner's certificate",
                        earlier("{\"type\":\"sigstore\",\"certificate_chain\":\"\",\"rekor_log_id\":\"\"}")
                                .getBytes(UTF_8)),
                arguments(Rejection.BUNDLE_NO_MATERIAL, "no key", with(material(), "{}")),
                arguments(Rejection.BUNDLE_NO_MATERIAL, "null", with(material(), "null")),
                arguments(
                        Rejection.BUNDLE_NO_MATERIAL,
                        "algorithm none",
                        earlier("{\"type\":\"alg_none\"}").getBytes(UTF_8)),
                arguments(
                        Rejection.BUNDLE_TWO_MATERIALS,
                        "a key and a certificate",
                        with(material(), "{\"publicKey\":{\"hint\":\"a\"},\"certificate\":{}}")),
                arguments(Rejection.BUNDLE_HINT_MISMATCH, "another keyid", with("\"keyid\":\"", "\"keyid\":\"0")),
                arguments(
                        Rejection.BUNDLE_UNSIGNED,
                        "none",
                        earlier("{\"type\":\"none\"}").getBytes(UTF_8)),
                arguments(Rejection.ENVELOPE_NO_PAYLOAD, "no payload", with("\"payload\":", "\"payloads\":")),
                arguments(Rejection.ENVELOPE_NO_PAYLOAD_TYPE, "no type", with("\"payloadType\":", "\"type\":")),
                arguments(Rejection.ENVELOPE_PAYLOAD_BASE64, "not base64", with("\"payload\":\"", "\"payload\":\"*")),
                arguments(
                        Rejection.ENVELOPE_PAYLOAD_BASE64, "a line break", with("\"payload\":\"", "\"payload\":\"\\n")),
                arguments(Rejection.ENVELOPE_NO_SIGNATURE, "signatures: []", with(sig, "\"signatures\":[]")),
                arguments(Rejection.ENVELOPE_NO_SIGNATURE, "no signatures", with(sig, "\"x\":1")),
                arguments(Rejection.ENVELOPE_SEVERAL_SIGNATURES, "the same twice", with(one, one + "," + one)),
                arguments(
                        Rejection.ENVELOPE_EMPTY_SIGNATURE,
                        "algorithm none",
                        with(one, "{\"alg\":\"none\",\"sig\":\"\"}")),
                arguments(Rejection.ENVELOPE_SIGNATURE_BASE64, "not base64", with("\"sig\":\"", "\"sig\":\"%")));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("hostile")
    void isRefusedForItsOwnReason(Rejection reason, String how, byte[] bundle) {
        assertThatThrownBy(() -> verifier.open(bundle))
                .as(how)
                .isInstanceOfSatisfying(EvidenceRejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(reason.code());
                    assertThat(rejected.fix()).isEqualTo(reason.fix()).isNotBlank();
                });
    }

    @Test
    void everyReasonHasAnAttackAndACodeOfItsOwn() {
        Set<Rejection> tried = EnumSet.noneOf(Rejection.class);
        hostile().forEach(row -> tried.add((Rejection) row.get()[0]));
        assertThat(tried).containsExactlyInAnyOrder(Rejection.values());
        Set<String> codes = new HashSet<>();
        for (Rejection each : Rejection.values()) {
            assertThat(codes.add(each.code())).as(each.code()).isTrue();
        }
    }

    static Stream<Arguments> harmless() {
        String sig = signatures();
        String good = good();
        String url = good.replace('+', '-').replace('/', '_'); // only inside of base64 it changes what is read
        return Stream.of(
                arguments("as it is written", good.getBytes(UTF_8)),
                arguments(
                        "version 0.1", with(Dsse.BUNDLE_V0_3, "application/vnd.dev.sigstore.bundle+json;version=0.1")),
                arguments(
                        "version 0.2", with(Dsse.BUNDLE_V0_3, "application/vnd.dev.sigstore.bundle+json;version=0.2")),
                arguments(
                        "version 0.3", with(Dsse.BUNDLE_V0_3, "application/vnd.dev.sigstore.bundle+json;version=0.3")),
                arguments("unknown members", with("}}\n", "},\"x\":[{\"payload\":\"e30=\"}]}")),
                arguments("an empty log", with(material(), material().replace("}}", "},\"tlogEntries\":[]}"))),
                arguments("null for absent", with("}}\n", "},\"messageSignature\":null}")),
                arguments("no keyid", with(sig, sig.substring(0, sig.indexOf(",\"keyid\"")) + "}]")),
                arguments("url-safe base64", restore(url).getBytes(UTF_8)),
                arguments(
                        "no padding",
                        good.replace("=\"", "\"").replace("=\"", "\"").getBytes(UTF_8)),
                arguments("a plain envelope", envelope(good).getBytes(UTF_8)),
                arguments("one line of an .intoto.jsonl", (envelope(good) + "\n").getBytes(UTF_8)));
    }

    private static String restore(String url) {
        return url.replace("application_vnd", "application/vnd")
                .replace("in-toto-json", "in-toto+json")
                .replace("v0.3-json", "v0.3+json");
    }

    private static String envelope(String good) {
        int from = good.indexOf("\"dsseEnvelope\":") + "\"dsseEnvelope\":".length();
        return good.substring(from, good.length() - 2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmless")
    void itsHarmlessTwinIsAccepted(String how, byte[] bundle) throws Exception {
        OpenedBundle opened = verifier.open(bundle);
        assertThat(opened.payload()).isEqualTo(PAYLOAD);
        assertThat(verifier.verify(opened, trusting(TestKeys.fixed())))
                .as(how)
                .extracting(Check::outcome)
                .containsOnly(Outcome.PASS);
    }

    private Trust trusting(PrivateKey key) throws Exception {
        Path pem = directory.resolve(key.publicKey().keyId() + ".pem");
        Files.writeString(pem, key.publicKey().pem());
        return new Trust(List.of(pem), false);
    }

    @Test
    void anotherPayloadUnderAGoodSignatureIsInvalid() throws Exception {
        String other = Base64.getEncoder().encodeToString("{\"_type\":\"https://example.org/\"}".getBytes(UTF_8));
        byte[] swapped = with(Base64.getEncoder().encodeToString(PAYLOAD), other);
        assertThat(verifier.verify(verifier.open(swapped), trusting(TestKeys.fixed())))
                .extracting(Check::outcome)
                .containsOnly(Outcome.FAIL);
    }

    @Test
    void anotherPayloadTypeUnderAGoodSignatureIsInvalid() throws Exception {
        byte[] confused = with("\"" + TYPE + "\"", "\"application/vnd.gleisner.head+json\"");
        assertThat(verifier.verify(verifier.open(confused), trusting(TestKeys.fixed())))
                .extracting(Check::outcome)
                .containsOnly(Outcome.FAIL);
    }

    @Test
    void theKeyIdOfATrustedKeyHelpsNoOtherSignature() throws Exception {
        String bundle = new String(new LocalSigner(TestKeys.other()).sign(TYPE, PAYLOAD), UTF_8)
                .replace(
                        TestKeys.other().publicKey().keyId(),
                        TestKeys.fixed().publicKey().keyId());
        assertThat(verifier.verify(verifier.open(bundle.getBytes(UTF_8)), trusting(TestKeys.fixed())))
                .extracting(Check::outcome)
                .containsOnly(Outcome.FAIL);
    }

    @Test
    void theKeyInAnEarlierBundleNamesTheSignerAndIsNotTrusted() throws Exception {
        PrivateKey key = TestKeys.other();
        String signature = Base64.getEncoder().encodeToString(P256.sign(key.d(), PAYLOAD));
        String text = "{\"payload\":\"" + new String(PAYLOAD, UTF_8).replace("\"", "\\\"") + "\",\"signature\":\""
                + signature + "\",\"verification_material\":{\"type\":\"local_key\",\"public_key\":\""
                + key.publicKey().pem().replace("\n", "\\n") + "\"}}";
        OpenedBundle opened = verifier.open(text.getBytes(UTF_8));
        assertThat(opened.payload()).isEqualTo(PAYLOAD);

        List<Check> checks = verifier.verify(opened, trusting(TestKeys.fixed()));
        assertThat(checks).extracting(Check::outcome).containsExactly(Outcome.PASS, Outcome.FAIL);
        assertThat(checks.getLast().text()).contains("the key that the bundle carries itself");

        assertThat(verifier.verify(opened, trusting(key)))
                .extracting(Check::outcome)
                .containsOnly(Outcome.PASS);
        // Its signature is over the payload alone, so it is none over a DSSE envelope with the same payload.
        OpenedBundle asEnvelope = new OpenedBundle(
                BundleReader.ENVELOPE, TYPE, PAYLOAD, opened.signature(), Optional.empty(), Optional.empty());
        assertThat(verifier.verify(asEnvelope, trusting(key)))
                .extracting(Check::outcome)
                .containsOnly(Outcome.FAIL);
    }
}
