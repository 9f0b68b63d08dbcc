package dev.gleisner.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Host;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bundles made by somebody who wants to be believed, also with a signature that is good. */
class VerifierTest {
    private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    /** A key made without Gleisner, and what is signed with it, byte by byte as the specification says. */
    private record Forger(KeyPair keys) {
        static Forger make() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new Forger(generator.generateKeyPair());
        }

        String pem() {
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(keys.getPublic().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
        }

        String sign(String payloadType, byte[] payload) throws GeneralSecurityException {
            ByteArrayOutputStream pae = new ByteArrayOutputStream();
            pae.writeBytes(("DSSEv1 " + payloadType.length() + " " + payloadType + " " + payload.length + " ")
                    .getBytes(StandardCharsets.UTF_8));
            pae.writeBytes(payload);
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(pae.toByteArray());
            return Base64.getEncoder().encodeToString(signature.sign());
        }

        String bundle(String payloadType, byte[] payload) throws GeneralSecurityException {
            return bundle(payloadType, payload, sign(payloadType, payload));
        }

        static String bundle(String payloadType, byte[] payload, String signature) {
            return "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
                    + "\"verificationMaterial\":{\"publicKey\":{\"hint\":\"x\"}},"
                    + "\"dsseEnvelope\":{\"payload\":\""
                    + Base64.getEncoder().encodeToString(payload) + "\",\"payloadType\":\"" + payloadType
                    + "\",\"signatures\":[{\"sig\":\"" + signature + "\",\"keyid\":\"x\"}]}}";
        }
    }

    private static Result verify(Site site, Path key, Path bundle, String... more) {
        List<String> words =
                new ArrayList<>(List.of("verify", "--json", "--public-key", key.toString(), bundle.toString()));
        words.addAll(List.of(more));
        return site.gleisner(words.toArray(String[]::new)).run();
    }

    @Attack("E31")
    void e31EachForgeryIsRejectedForItsOwnReason(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo x > x").exits(0);
            Forger forger = Forger.make();
            Path key = site.homeFile("forger.pub", forger.pem());
            byte[] good = Site.payload(site.bundle());
            String text = new String(good, StandardCharsets.UTF_8);
            // In the project's copy the log is beside it, so only the forgery is wrong.
            Path file = site.project().resolve(".gleisner/forged.sigstore.json");
            site.own();
            Host.write(file, forger.bundle(PAYLOAD_TYPE, good));
            verify(site, key, file).exits(0); // the twin: the same statement, honestly signed

            String signature = forger.sign(PAYLOAD_TYPE, good);
            String signed = Forger.bundle(PAYLOAD_TYPE, good, signature);
            Map<String, String> forgeries = new LinkedHashMap<>();
            forgeries.put(
                    "json.duplicate-member",
                    signed.replace("\"dsseEnvelope\":", "\"dsseEnvelope\":{},\"dsseEnvelope\":"));
            forgeries.put("json.syntax", signed.substring(0, signed.length() - 3));
            forgeries.put("json.trailing-content", signed + "{}");
            forgeries.put(
                    "json.too-deep",
                    signed.replace("\"hint\":\"x\"", "\"hint\":\"x\",\"a\":" + "[".repeat(5000) + "]".repeat(5000)));
            forgeries.put("bundle.media-type", signed.replace("v0.3+json", "v9.9+json"));
            forgeries.put("envelope.no-signature", signed.replaceAll("\"signatures\":\\[.*?]", "\"signatures\":[]"));
            forgeries.put("envelope.empty-signature", signed.replace(signature, ""));
            forgeries.put(
                    "envelope.several-signatures",
                    signed.replace("\"signatures\":[", "\"signatures\":[{\"sig\":\"AAAA\",\"keyid\":\"x\"},"));
            forgeries.put("envelope.payload-base64", signed.replace("\"payload\":\"", "\"payload\":\"*"));
            forgeries.put("bundle.hint-mismatch", signed.replace("\"hint\":\"x\"", "\"hint\":\"y\""));
            forgeries.put(
                    "bundle.two-contents",
                    signed.replace(
                            "\"dsseEnvelope\":", "\"messageSignature\":{\"signature\":\"AAAA\"},\"dsseEnvelope\":"));
            forgeries.put("bundle.unknown-format", "{\"alg\":\"none\",\"payload\":\"x\"}");
            // Signed by the trusted key, and still not to be believed.
            forgeries.put("statement.payload-type", forger.bundle("text/plain", good));
            forgeries.put(
                    "statement.type",
                    forger.bundle(PAYLOAD_TYPE, bytes(text.replace("in-toto.io/Statement/v1", "example.org/v1"))));
            forgeries.put(
                    "statement.predicate-type",
                    forger.bundle(
                            PAYLOAD_TYPE, bytes(text.replace("slsa.dev/provenance/v1\"", "slsa.dev/provenance/v9\""))));
            forgeries.put(
                    "log.name",
                    forger.bundle(
                            PAYLOAD_TYPE,
                            bytes(text.replaceAll("\"name\":\"[^\"]*\\.jsonl\"", "\"name\":\"../../../etc/passwd\""))));
            forgeries.put(
                    "log.sequence",
                    forger.bundle(
                            PAYLOAD_TYPE,
                            bytes(text.replaceAll("\"gleisner_events\":[0-9]+", "\"gleisner_events\":3"))));
            // Nobody's signature: the payload was swapped, or its type, or the signature is the one of another format.
            forgeries.put(
                    "signature.valid", Forger.bundle(PAYLOAD_TYPE, bytes(text.replace("\"x\"", "\"y\"")), signature));
            for (Map.Entry<String, String> forgery : forgeries.entrySet()) {
                assertThat(forgery.getValue()).as(forgery.getKey()).isNotEqualTo(signed);
                Host.write(file, forgery.getValue());
                Result result = verify(site, key, file);
                assertThat(Site.failedChecks(result.exits(1)))
                        .as(forgery.getKey())
                        .contains(forgery.getKey());
            }
            Host.write(file, Forger.bundle("text/plain", good, signature));
            assertThat(Site.failedChecks(verify(site, key, file).exits(1))).contains("signature.valid");
            // A statement that says something twice, signed.
            Host.write(file, forger.bundle(PAYLOAD_TYPE, bytes(text.replaceFirst("\\{", "{\"_type\":\"x\","))));
            assertThat(Site.failedChecks(verify(site, key, file).exits(1))).containsExactly("json.duplicate-member");
        }
    }

    @Attack("E31")
    void e31HugeFilesAreRefusedAtOnce(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("true").exits(0);
            Path huge = site.homeFile("huge.sigstore.json", "[");
            try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(huge.toFile(), "rw")) {
                file.setLength(3L << 30); // sparse
            }
            Result result = verify(site, site.publicKey(), huge);
            result.exits(1);
            assertThat(Site.failedChecks(result)).containsExactly("bundle.size");
        }
    }

    @Attack("E31")
    void e31SubjectsThatLeadOutAreRefused(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo x > subject.txt").exits(0);
            Forger forger = Forger.make();
            Path key = site.homeFile("forger.pub", forger.pem());
            String text = new String(Site.payload(site.bundle()), StandardCharsets.UTF_8);
            for (String name :
                    new String[] {"../project/subject.txt", "/etc/passwd", "a/../subject.txt", "./subject.txt"}) {
                Path file = site.project().resolve(".gleisner/forged.sigstore.json");
                Host.write(
                        file, forger.bundle(PAYLOAD_TYPE, bytes(text.replace("\"subject.txt\"", "\"" + name + "\""))));
                assertThat(Site.failedChecks(verify(site, key, file, "--no-trace", "--check-files")
                                .exits(1)))
                        .as(name)
                        .containsExactly("subject.name");
            }
        }
    }

    @Attack("E31")
    void e31CutOffAndReplayedChainsAreSeen(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo 1 > a").exits(0);
            site.record("sh", "-c", "echo 2 > b").exits(0);
            site.gleisner("key", "trust", "local").run().exits(0);
            site.gleisner("verify").run().exits(0);
            String name = site.bundle().getFileName().toString();
            Path newest;
            try (var files = Files.walk(site.state())) {
                newest = files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
            }
            Path older = Site.bundles(newest.getParent()).getFirst();
            assertThat(older).isNotEqualTo(newest);
            byte[] kept = Files.readAllBytes(newest);
            Files.delete(newest);
            Result cut = site.gleisner("verify", "--json", "--chain", older.toString())
                    .run();
            assertThat(Site.failedChecks(cut.exits(1))).containsExactly("chain.head");
            Files.write(newest, kept);
            site.gleisner("verify", "--chain", newest.toString()).run().exits(0);
        }
    }

    @Attack("W8")
    void w8AKeyThatComesAlongIsNotTrusted(Who who) throws Exception {
        try (Site site = Site.of(who)) {
            site.record("true").exits(0);
            Forger forger = Forger.make();
            byte[] payload = Site.payload(site.bundle());
            Path file = site.project().resolve(".gleisner/forged.sigstore.json");
            String raw =
                    Base64.getEncoder().encodeToString(forger.keys().getPublic().getEncoded());
            String bundle = forger.bundle(PAYLOAD_TYPE, payload)
                    .replace("\"hint\":\"x\"", "\"hint\":\"x\",\"rawBytes\":\"" + raw + "\"");
            Host.write(file, bundle);
            assertThat(Site.failedChecks(site.gleisner("verify", "--json", file.toString())
                            .run()
                            .exits(1)))
                    .contains("signature.trusted");
            assertThat(Site.failedChecks(verify(site, site.publicKey(), file).exits(1)))
                    .contains("signature.trusted");
            // The earlier tool's bundle carries its key in the open; it is no reason to trust it either.
            Path earlier = site.project().resolve(".gleisner/earlier.json");
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(forger.keys().getPrivate());
            signature.update(payload);
            Host.write(
                    earlier,
                    "{\"payload\":" + quoted(new String(payload, StandardCharsets.UTF_8)) + ",\"signature\":\""
                            + Base64.getEncoder().encodeToString(signature.sign())
                            + "\",\"verification_material\":{\"type\":\"local_key\",\"public_key\":"
                            + quoted(forger.pem()) + "}}");
            assertThat(Site.failedChecks(site.gleisner("verify", "--json", earlier.toString())
                            .run()
                            .exits(1)))
                    .contains("signature.trusted");
        }
    }

    @Attack("W8")
    void w8AMissingParentFails(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.record("sh", "-c", "echo 1 > a").exits(0);
            site.record("sh", "-c", "echo 2 > b").exits(0);
            List<Path> bundles = site.bundles();
            Path key = site.publicKey();
            verify(site, key, bundles.getLast(), "--chain").exits(0);
            Files.delete(bundles.getFirst());
            assertThat(Site.failedChecks(
                            verify(site, key, bundles.getLast(), "--chain").exits(1)))
                    .containsExactly("chain.link");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
