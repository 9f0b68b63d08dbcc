package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.domain.verify.LostEvents;
import dev.gleisner.domain.verify.PolicyInput;
import dev.gleisner.domain.verify.VerificationReport;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.PolicyEngine;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.OpenedBundle;
import dev.gleisner.ports.Verifier.Trust;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers one question: did a signer whom the caller trusts state this, and does it hold? Everything that is asked is
 * answered in one run; an answer that could not be found is a failure.
 */
public final class VerifyBundle {
    /**
     * What to verify.
     *
     * @param bundle the bundle's file
     * @param trust whose signature counts
     * @param log the audit log; empty to look for it beside the bundle, unless there is a proof
     * @param proof that one line is in the log; the log itself is not needed then, nor is the trace
     * @param trace whether the runtime trace that the record binds is verified; it lies beside the bundle
     * @param files the directory whose files must be the statement's subjects; empty when that is not asked
     * @param chain whether every record before this one is verified too, from bundles in the same directory
     * @param policies rules to hold the statement against
     */
    public record Request(
            Path bundle,
            Trust trust,
            Optional<Path> log,
            Optional<Path> proof,
            boolean trace,
            Optional<Path> files,
            boolean chain,
            List<PolicyEngine> policies) {
        public Request {
            policies = List.copyOf(policies);
        }
    }

    private final Verifier verifier;
    private final ProjectReader projects;
    private final Request request;
    private final List<Check> checks = new ArrayList<>();

    private VerifyBundle(Verifier verifier, ProjectReader projects, Request request) {
        this.verifier = verifier;
        this.projects = projects;
        this.request = request;
    }

    /**
     * Verifies a bundle. Evidence that cannot be believed is a failed check, not an error.
     *
     * @throws GleisnerException when the bundle or a key cannot be read from disk
     */
    public static VerificationReport run(Verifier verifier, ProjectReader projects, Request request)
            throws GleisnerException {
        VerifyBundle verification = new VerifyBundle(verifier, projects, request);
        verification.run();
        return new VerificationReport(request.bundle().toString(), verification.checks);
    }

    private void run() throws GleisnerException {
        // 1. The envelope and its signature. Nothing inside is looked at for a verdict before that.
        byte[] bytes;
        try {
            bytes = EvidenceFiles.bundle(request.bundle());
        } catch (GleisnerException.EvidenceRejected e) {
            checks.add(Check.fail(e.reason(), String.valueOf(e.getMessage())));
            return;
        }
        Optional<StatementView> opened = statement(bytes, "", request.trust(), checks);
        if (opened.isEmpty()) {
            return;
        }
        StatementView statement = opened.get();

        // 2. The log that the statement binds, or one line of it; and the trace.
        if (request.proof().isPresent()) {
            checks.addAll(ProofVerification.check(verifier, request.proof().get(), statement));
        }
        if (request.proof().isPresent() && request.log().isEmpty()) {
            checks.add(Check.skipped("log.digest", "not asked: --proof needs no log; --log FILE compares it too"));
        } else {
            checks.addAll(LogVerification.check(request.bundle(), request.log(), statement, ""));
        }
        checks.addAll(TraceVerification.check(
                verifier,
                request.trust(),
                request.bundle(),
                statement,
                request.trace() && request.proof().isEmpty(),
                ""));

        // 3. The files that it is about.
        if (request.files().isPresent()) {
            checks.addAll(subjects(request.files().get(), statement));
        } else {
            checks.add(Check.skipped("subject.digest", "not asked: --check-files compares the files with the record"));
        }

        // 4. The records before it.
        Optional<Long> chainLength = Optional.empty();
        if (request.chain()) {
            ChainVerification chain = new ChainVerification(verifier, request.trust(), request.trace());
            chainLength = chain.walk(request.bundle(), bytes, statement, checks);
        } else if (statement.parent().isPresent()) {
            checks.add(Check.skipped("chain.link", "not asked: --chain verifies the records before this one too"));
        }

        // 5. The caller's own rules.
        PolicyInput input = PolicyInput.of(statement.json(), chainLength);
        List<Check> rules = new ArrayList<>();
        for (PolicyEngine policy : request.policies()) {
            rules.addAll(policy.evaluate(input));
        }
        checks.addAll(rules);
        // No event may be lost unless a policy says how many may.
        if (rules.stream().noneMatch(check -> check.id().equals(LostEvents.ID))) {
            checks.add(LostEvents.byDefault(input));
        }
    }

    /**
     * Opens a bundle, checks its signature and reads the statement from the very bytes that are signed.
     *
     * @param where put before check ids' text, to tell the links of a chain apart
     * @return the statement; empty when it is not to be believed at all, with the reason among the checks
     */
    static Optional<StatementView> statement(
            Verifier verifier, byte[] bundle, String where, Trust trust, List<Check> checks) throws GleisnerException {
        try {
            OpenedBundle opened = verifier.open(bundle);
            checks.add(Check.pass("bundle.format", where + opened.mediaType()));
            List<Check> signature = verifier.verify(opened, trust);
            boolean valid = true;
            for (Check check : signature) {
                checks.add(new Check(check.id(), check.outcome(), where + check.text()));
                valid &= !check.id().equals("signature.valid") || check.outcome() == Check.Outcome.PASS;
            }
            if (!valid) {
                return Optional.empty();
            }
            Check payloadType = StatementView.payloadType(opened.payloadType());
            if (payloadType.outcome() != Check.Outcome.PASS) {
                checks.add(new Check(payloadType.id(), payloadType.outcome(), where + payloadType.text()));
                return Optional.empty();
            }
            if (!(verifier.parse(opened.payload()) instanceof Json.Obj object)) {
                checks.add(Check.fail("statement.type", where + "the payload is no JSON object"));
                return Optional.empty();
            }
            StatementView view = StatementView.of(object);
            for (Check check : view.checks()) {
                checks.add(new Check(check.id(), check.outcome(), where + check.text()));
            }
            return Optional.of(view);
        } catch (GleisnerException.EvidenceRejected e) {
            checks.add(Check.fail(e.reason(), where + e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<StatementView> statement(byte[] bundle, String where, Trust trust, List<Check> into)
            throws GleisnerException {
        return statement(verifier, bundle, where, trust, into);
    }

    private List<Check> subjects(Path directory, StatementView statement) throws GleisnerException {
        List<Check> answers = new ArrayList<>();
        Map<String, Digest> wanted = new HashMap<>();
        List<String> names = new ArrayList<>();
        for (StatementView.Subject subject : statement.subjects()) {
            if (statement.log().isPresent()
                    && subject.name().equals(statement.log().get().name())) {
                continue; // a session that wrote no file is a statement about its own log, which was checked
            }
            if (!inside(subject.name())) {
                answers.add(Check.fail("subject.name", subject.name() + " leads out of the directory"));
                continue;
            }
            wanted.put(subject.name(), subject.digest());
            names.add(subject.name());
        }
        Map<String, Digest> found = new HashMap<>();
        for (FileState file : projects.hash(directory, names)) {
            file.digest().ifPresent(digest -> found.put(file.path(), digest));
        }
        long same = 0;
        for (String name : names) {
            Digest digest = found.get(name);
            if (digest == null) {
                answers.add(Check.fail("subject.digest", name + ": no such regular file in " + directory));
            } else if (!digest.equals(wanted.get(name))) {
                answers.add(
                        Check.fail("subject.digest", name + ": expected " + wanted.get(name) + ", found " + digest));
            } else {
                same++;
            }
        }
        if (answers.isEmpty()) {
            answers.add(Check.pass("subject.digest", same + " files are as recorded"));
        }
        return answers;
    }

    private static boolean inside(String name) {
        if (name.isEmpty() || name.startsWith("/") || name.indexOf('\0') >= 0) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
