package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.ProvenanceStatement;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Journal;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.EvidenceStore.Unfinished;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.Verifier;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns sessions whose supervisor died into signed records that say so. */
public final class RecoverSessions {
    private RecoverSessions() {}

    /**
     * Completes every session of a project that was cut off.
     *
     * @return the records made
     * @throws GleisnerException when one cannot be completed; those before it are
     */
    public static List<Stored> run(
            EvidenceStore evidence, Signer signer, Verifier reader, InstantSource clock, Path projectRoot)
            throws GleisnerException {
        List<Stored> recovered = new ArrayList<>();
        for (Unfinished unfinished : evidence.unfinished(projectRoot)) {
            try (Journal journal = evidence.resume(projectRoot, unfinished);
                    EvidenceStore.Chain chain = evidence.lockChain(projectRoot)) {
                Journal.SealedLog log = journal.seal();
                Json.Obj statement = statement(
                        evidence,
                        unfinished,
                        reader,
                        new LogReport(log.fileName(), log.digest(), log.root(), log.events()),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS).toString(),
                        chain.newest().map(Stored::payloadDigest));
                recovered.add(
                        Signing.commit(journal, signer, statement, Optional.empty(), chain.size(), Optional.empty()));
            }
        }
        return recovered;
    }

    private static Json.Obj statement(
            EvidenceStore evidence,
            Unfinished unfinished,
            Verifier reader,
            LogReport log,
            String finishedOn,
            Optional<Digest> parent)
            throws GleisnerException {
        String why = "it is no JSON object";
        if (reader.parse(unfinished.draft()) instanceof Json.Obj draft) {
            try {
                return ProvenanceStatement.recovered(draft, log, finishedOn, parent);
            } catch (IllegalArgumentException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        throw new GleisnerException.EvidenceRejected(
                "journal.draft",
                "the draft of session " + unfinished.sessionId(),
                why,
                "look at the session's folder below " + evidence.root() + " and remove it by hand");
    }
}
