package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.ChainHead;
import dev.gleisner.domain.statement.ProvenanceStatement;
import dev.gleisner.ports.EvidenceStore.Journal;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Signer;
import java.nio.file.Path;
import java.util.Optional;

/** Signs a statement and the new head of its chain, and stores both. */
final class Signing {
    private Signing() {}

    /**
     * Signs and stores. The caller holds the chain's lock, so that no other record comes between.
     *
     * @param trace the signed bundle of the runtime trace that the statement binds
     * @param recordsBefore how many records the project has before this one
     */
    static Stored commit(
            Journal journal,
            Signer signer,
            Json.Obj statement,
            Optional<byte[]> trace,
            long recordsBefore,
            Optional<Path> copyTo)
            throws GleisnerException {
        byte[] payload = CanonicalJson.bytes(statement);
        byte[] bundle = signer.sign(ProvenanceStatement.PAYLOAD_TYPE, payload);
        byte[] head = signer.sign(
                ChainHead.PAYLOAD_TYPE,
                CanonicalJson.bytes(new ChainHead(recordsBefore + 1, Digest.sha256(payload)).toJson()));
        return journal.commit(payload, bundle, head, trace, copyTo);
    }
}
