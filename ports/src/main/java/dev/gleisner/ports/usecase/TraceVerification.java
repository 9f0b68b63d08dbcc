package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.ProvenanceStatement.BoundTrace;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.statement.TraceStatement;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks the runtime trace that a record binds. */
final class TraceVerification {
    private TraceVerification() {}

    /**
     * Checks {@code trace.signature}, {@code trace.digest} and {@code trace.statement}.
     *
     * @param asked whether the caller wants it at all; a trace that is bound, asked for and not there is a failure
     */
    static List<Check> check(
            Verifier verifier, Trust trust, Path bundle, StatementView statement, boolean asked, String where)
            throws GleisnerException {
        if (statement.trace().isEmpty()) {
            return List.of(Check.skipped("trace.digest", where + "the statement binds no runtime trace"));
        }
        BoundTrace wanted = statement.trace().get();
        if (wanted.name().contains("/")
                || wanted.name().startsWith(".")
                || wanted.name().isEmpty()) {
            return List.of(Check.fail("trace.name", where + "\"" + wanted.name() + "\" is no plain file name"));
        }
        if (!asked) {
            return List.of(Check.skipped("trace.digest", where + "not asked: --no-trace and --proof leave it out"));
        }
        Path file = bundle.resolveSibling(wanted.name());
        if (!Files.isRegularFile(file)) {
            return List.of(Check.fail(
                    "trace.digest", where + file + " is not there; --no-trace verifies the record without it"));
        }
        try {
            OpenedBundle opened = verifier.open(EvidenceFiles.bundle(file));
            List<Check> checks = new ArrayList<>();
            // Whom the signer is trusted by was asked of the record, which binds the payload.
            boolean valid = false;
            for (Check check : verifier.verify(opened, trust)) {
                valid |= check.id().equals("signature.valid") && check.outcome() == Check.Outcome.PASS;
            }
            checks.add(
                    valid
                            ? Check.pass("trace.signature", where + wanted.name() + " is signed")
                            : Check.fail("trace.signature", where + "the signature of " + file + " does not hold"));
            Digest found = Digest.sha256(opened.payload());
            checks.add(
                    found.equals(wanted.digest())
                            ? Check.pass("trace.digest", where + wanted.name() + " is the trace that was signed")
                            : Check.fail(
                                    "trace.digest",
                                    where + file + ": expected " + wanted.digest() + ", found " + found));
            checks.add(statement(verifier.parse(opened.payload()), opened.payloadType(), statement, where));
            return checks;
        } catch (GleisnerException.EvidenceRejected e) {
            return List.of(Check.fail("trace.digest", where + file + ": " + e.getMessage()));
        }
    }

    private static Check statement(Json payload, String payloadType, StatementView record, String where) {
        boolean trace = StatementView.payloadType(payloadType).outcome() == Check.Outcome.PASS
                && payload instanceof Json.Obj object
                && object.text("_type").equals(record.type())
                && object.text("predicateType").equals(Optional.of(TraceStatement.PREDICATE_TYPE));
        if (!trace) {
            return Check.fail("trace.statement", where + "it is no in-toto statement with a runtime trace");
        }
        boolean same = StatementView.of((Json.Obj) payload).subjects().equals(record.subjects());
        return same
                ? Check.pass("trace.statement", where + "a runtime trace of the same subjects")
                : Check.fail("trace.statement", where + "the trace is about other subjects than the record");
    }
}
