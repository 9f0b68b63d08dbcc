package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.ChainHead;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Verifies every record before one, link by link, as strictly as the record itself. */
final class ChainVerification {
    /** The signed head beside the records of a store. */
    static final String HEAD_FILE = "head.json";

    private final Verifier verifier;
    private final Trust trust;
    private final boolean traces;

    ChainVerification(Verifier verifier, Trust trust, boolean traces) {
        this.traces = traces;
        this.verifier = verifier;
        this.trust = trust;
    }

    /**
     * Walks from a record to the first one.
     *
     * @param checks gets the answer for each link
     * @return how many records the chain has, this one included; empty when a link is missing or wrong
     */
    Optional<Long> walk(Path bundle, byte[] bytes, StatementView newest, List<Check> checks) throws GleisnerException {
        Path directory =
                Optional.ofNullable(bundle.toAbsolutePath().getParent()).orElse(Path.of("/"));
        Map<Digest, Path> index = index(directory);
        Set<Digest> seen = new HashSet<>();
        Digest newestDigest = Digest.sha256(verifier.open(bytes).payload());
        seen.add(newestDigest);
        long length = 1;
        Optional<Digest> parent = newest.parent();
        boolean whole = true;
        while (parent.isPresent()) {
            Digest wanted = parent.get();
            String where = "link " + length + ": ";
            Path file = index.get(wanted);
            if (file == null) {
                checks.add(Check.fail("chain.link", where + "the record " + wanted + " is not in " + directory));
                return Optional.empty();
            }
            if (!seen.add(wanted)) {
                checks.add(Check.fail("chain.cycle", where + file + " comes twice"));
                return Optional.empty();
            }
            List<Check> answers = new ArrayList<>();
            Optional<StatementView> statement =
                    VerifyBundle.statement(verifier, EvidenceFiles.bundle(file), where, trust, answers);
            if (statement.isPresent()) {
                answers.addAll(LogVerification.check(file, Optional.empty(), statement.get(), where));
                answers.addAll(TraceVerification.check(verifier, trust, file, statement.get(), traces, where));
            }
            boolean holds = answers.stream().noneMatch(each -> each.outcome() == Check.Outcome.FAIL);
            for (Check answer : answers) {
                if (answer.outcome() == Check.Outcome.FAIL) {
                    checks.add(Check.fail("chain." + answer.id(), answer.text()));
                }
            }
            if (statement.isEmpty()) {
                return Optional.empty();
            }
            whole &= holds;
            length++;
            parent = statement.get().parent();
        }
        if (!whole) {
            return Optional.empty();
        }
        checks.add(Check.pass("chain.link", length + " records, each signed and whole"));
        head(directory.resolve(HEAD_FILE), newestDigest, length, index, checks);
        return Optional.of(length);
    }

    /** Payload digests of all bundles in a directory; what cannot be opened is no link of any chain. */
    private Map<Digest, Path> index(Path directory) throws GleisnerException {
        Map<Digest, Path> index = new HashMap<>();
        for (Path file : EvidenceFiles.bundles(directory)) {
            try {
                index.putIfAbsent(
                        Digest.sha256(verifier.open(EvidenceFiles.bundle(file)).payload()), file);
            } catch (GleisnerException.EvidenceRejected _) {
                // not evidence; if it should have been, the link that names it is missing, and that fails
            }
        }
        return index;
    }

    private void head(Path file, Digest newest, long length, Map<Digest, Path> index, List<Check> checks)
            throws GleisnerException {
        if (!Files.isRegularFile(file)) {
            checks.add(Check.skipped(
                    "chain.head", "no " + HEAD_FILE + " here: whether newer records were cut off cannot be seen"));
            return;
        }
        try {
            OpenedBundle opened = verifier.open(EvidenceFiles.bundle(file));
            boolean signed =
                    verifier.verify(opened, trust).stream().allMatch(check -> check.outcome() == Check.Outcome.PASS);
            if (!signed || !opened.payloadType().equals(ChainHead.PAYLOAD_TYPE)) {
                checks.add(Check.fail("chain.head", file + " is not signed by a trusted key"));
                return;
            }
            if (!(verifier.parse(opened.payload()) instanceof Json.Obj json)) {
                checks.add(Check.fail("chain.head", file + " holds no JSON object"));
                return;
            }
            ChainHead head = ChainHead.of(json);
            if (!index.containsKey(head.newest())) {
                checks.add(Check.fail(
                        "chain.head", "the newest record " + head.newest() + " is missing: records were cut off"));
            } else if (length > head.size()) {
                checks.add(Check.fail(
                        "chain.head", "the head counts " + head.size() + " records, the chain has " + length));
            } else if (head.newest().equals(newest)) {
                // A chain that is shorter than the head's count was started anew (--no-chain); only who has the key
                // can.
                checks.add(Check.pass(
                        "chain.head",
                        "this is the newest of " + head.size() + " records, "
                                + (length == head.size()
                                        ? "and its chain has all of them"
                                        : length + " of them chained")));
            } else {
                checks.add(Check.pass("chain.head", "the newest of " + head.size() + " records is here too"));
            }
        } catch (GleisnerException.EvidenceRejected | IllegalArgumentException e) {
            checks.add(Check.fail("chain.head", file + ": " + e.getMessage()));
        }
    }
}
