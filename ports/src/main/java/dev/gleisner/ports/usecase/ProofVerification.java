package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.LineProof;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Holds the proof of one line against what a statement says of its log. */
final class ProofVerification {
    private ProofVerification() {}

    /**
     * Checks {@code proof.format} (it is a proof, of a line that is an event), {@code proof.log} (of this record's log)
     * and {@code proof.inclusion} (the line is in there).
     *
     * @throws GleisnerException when the proof cannot be read from disk
     */
    static List<Check> check(Verifier verifier, Path file, StatementView statement) throws GleisnerException {
        LineProof proof;
        try {
            proof = parse(verifier, file);
        } catch (GleisnerException.EvidenceRejected | IllegalArgumentException e) {
            return List.of(Check.fail("proof.format", file + ": " + e.getMessage()));
        }
        Check format = Check.pass("proof.format", file + " proves a line of " + proof.log());
        Optional<LogReport> log = statement.log();
        if (log.isEmpty()) {
            return List.of(format, Check.fail("proof.log", "the statement binds no audit log"));
        }
        LogReport wanted = log.get();
        if (!proof.inclusion().root().equals(wanted.root()) || proof.inclusion().size() != wanted.events()) {
            return List.of(
                    format,
                    Check.fail(
                            "proof.log",
                            "the proof is about " + proof.inclusion().size() + " lines with the root "
                                    + proof.inclusion().root() + ", signed were " + wanted.events() + " lines with "
                                    + wanted.root()));
        }
        String event = "event " + proof.inclusion().index() + " of " + wanted.events();
        return List.of(
                format,
                Check.pass("proof.log", "the proof is about the log that was signed, " + wanted.name()),
                proof.holds()
                        ? Check.pass("proof.inclusion", event + " is " + proof.line())
                        : Check.fail("proof.inclusion", event + " is another line than the proof has"));
    }

    private static LineProof parse(Verifier verifier, Path file) throws GleisnerException {
        if (!(verifier.parse(EvidenceFiles.proof(file)) instanceof Json.Obj object)) {
            throw new IllegalArgumentException("it is no JSON object");
        }
        LineProof proof = LineProof.of(object);
        if (!(verifier.parse(proof.line().getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj event)
                || !event.integer("sequence")
                        .equals(Optional.of(proof.inclusion().index()))) {
            throw new IllegalArgumentException("its line is no event with the sequence number "
                    + proof.inclusion().index());
        }
        return proof;
    }
}
