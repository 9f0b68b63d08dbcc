package dev.gleisner.adapters.signing;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.GleisnerException.EvidenceRejected;
import dev.gleisner.ports.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks one ECDSA signature against the keys that the caller trusts, and says whose it is when it can. */
final class BundleVerifier implements Verifier {
    private static final String VALID = "signature.valid";
    private static final String TRUSTED = "signature.trusted";

    private final Optional<LocalKeyRing> ring;

    /** A verifier; without a ring it knows only the keys given with each question. */
    BundleVerifier(Optional<LocalKeyRing> ring) {
        this.ring = ring;
    }

    /** A key and where it comes from, in words. */
    private record Candidate(PublicKey key, String origin) {}

    @Override
    public OpenedBundle open(byte[] bundle) throws EvidenceRejected {
        return BundleReader.open(bundle);
    }

    @Override
    public Json parse(byte[] json) throws EvidenceRejected {
        return StrictJson.read("the statement", json);
    }

    @Override
    public List<Check> verify(OpenedBundle bundle, Trust trust) throws GleisnerException {
        byte[] signed = bundle.mediaType().equals(BundleReader.EARLIER_GLEISNER)
                ? bundle.payload()
                : Dsse.pae(bundle.payloadType(), bundle.payload());
        List<Candidate> trusted = trusted(trust);
        Optional<Candidate> maker = find(bundle, signed, trusted);
        if (maker.isPresent()) {
            return List.of(
                    Check.pass(VALID, "made with key " + maker.get().key().keyId()),
                    Check.pass(TRUSTED, "that is " + maker.get().origin()));
        }
        // Nobody below is believed: these keys only tell "signed by somebody else" from "not signed by anybody".
        Optional<Candidate> stranger = find(bundle, signed, known(bundle));
        if (stranger.isPresent()) {
            return List.of(
                    Check.pass(VALID, "made with key " + stranger.get().key().keyId()),
                    Check.fail(
                            TRUSTED,
                            "valid but untrusted: that is " + stranger.get().origin() + ", and it is none of the "
                                    + trusted.size() + " trusted keys; trust it with gleisner key trust, or name it"
                                    + " with --public-key"));
        }
        String hint = bundle.keyHint()
                .map(each -> " (the bundle names key " + each + ")")
                .orElse("");
        return List.of(
                Check.fail(VALID, "none of the keys known here made this signature over this payload" + hint),
                Check.fail(
                        TRUSTED,
                        trusted.isEmpty()
                                ? "no key is trusted; get the signer's public key from the signer, then gleisner key"
                                        + " trust FILE, or name it with --public-key"
                                : "no trusted key made this signature; " + trusted.size() + " were tried"));
    }

    private static Optional<Candidate> find(OpenedBundle bundle, byte[] signed, List<Candidate> candidates) {
        List<Candidate> ordered = new ArrayList<>(candidates);
        // The hint only saves time: a stable sort that puts the keys it means in front.
        bundle.keyHint()
                .ifPresent(hint -> ordered.sort((a, b) ->
                        Boolean.compare(b.key().hintedBy(hint), a.key().hintedBy(hint))));
        for (Candidate each : ordered) {
            if (P256.verify(each.key().point(), signed, bundle.signature())) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private List<Candidate> trusted(Trust trust) throws GleisnerException {
        List<Candidate> keys = new ArrayList<>();
        for (Path file : trust.publicKeys()) {
            keys.add(new Candidate(LocalKeyRing.readPublic(file), "the key given in " + file));
        }
        if (trust.keyring() && ring.isPresent()) {
            for (LocalKeyRing.Named each : ring.get().trusted()) {
                keys.add(new Candidate(each.key(), "the trusted key " + each.name() + " of the ring"));
            }
        }
        return keys;
    }

    private List<Candidate> known(OpenedBundle bundle) {
        List<Candidate> keys = new ArrayList<>();
        if (ring.isPresent()) {
            try {
                for (LocalKeyRing.Named each : ring.get().signing()) {
                    keys.add(new Candidate(each.key(), "the signing key " + each.name() + " of this user"));
                }
                for (LocalKeyRing.Named each : ring.get().trusted()) {
                    keys.add(new Candidate(each.key(), "the key " + each.name() + " of the ring, which was not asked"));
                }
            } catch (GleisnerException _) {
                // These keys only make the answer more helpful; the answer is "not trusted" either way.
                keys.clear();
            }
        }
        bundle.embeddedKey().ifPresent(pem -> {
            try {
                keys.add(new Candidate(PublicKey.ofPem(pem), "the key that the bundle carries itself"));
            } catch (DerException _) {
                // A key that cannot be read has not made the signature either.
            }
        });
        return keys;
    }
}
