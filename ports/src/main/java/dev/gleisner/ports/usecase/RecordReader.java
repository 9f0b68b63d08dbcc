package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.EventReader;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.verify.Check;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.Verifier.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A record that is read back: its statement, and the events of its audit log one by one. The log was compared with the
 * digest in the statement before the first event is given out, and is again while they are read.
 */
public final class RecordReader {
    /** An argument list may have two megabytes, and escapes make them six times as many. */
    private static final int LONGEST_LINE = 16 << 20;

    private static final String FIX = "`gleisner verify` tells everything that is wrong with the record";

    private final StatementView statement;
    private final Path log;
    private final LogReport report;

    private RecordReader(StatementView statement, Path log, LogReport report) {
        this.statement = statement;
        this.log = log;
        this.report = report;
    }

    /**
     * Opens a record that somebody whom the caller trusts has signed.
     *
     * @param log the audit log; empty for the one beside the bundle
     * @throws GleisnerException.EvidenceRejected when signature, statement or log do not hold, or nobody vouches for it
     * @throws GleisnerException when a file or key cannot be read
     */
    public static RecordReader trusted(Verifier verifier, Path bundle, Optional<Path> log, Trust trust)
            throws GleisnerException {
        return signed(verifier, bundle, log, trust, true);
    }

    /**
     * Opens a record of the caller's own evidence store, where nobody else can put one: its signature has to hold, and
     * the caller need not have said that this key is trusted.
     *
     * @param log the audit log; empty for the one beside the bundle
     * @throws GleisnerException.EvidenceRejected when signature, statement or log do not hold
     * @throws GleisnerException when a file or key cannot be read
     */
    public static RecordReader own(Verifier verifier, Path bundle, Optional<Path> log) throws GleisnerException {
        return signed(verifier, bundle, log, new Trust(List.of(), true), false);
    }

    private static RecordReader signed(Verifier verifier, Path bundle, Optional<Path> log, Trust trust, boolean vouched)
            throws GleisnerException {
        List<Check> checks = new ArrayList<>();
        Optional<StatementView> statement =
                VerifyBundle.statement(verifier, EvidenceFiles.bundle(bundle), "", trust, checks);
        if (!vouched) {
            checks.removeIf(check -> check.id().equals("signature.trusted"));
        }
        refuseFailures(bundle, checks);
        if (statement.isEmpty()) {
            throw new AssertionError("no statement, and no check failed: " + checks);
        }
        return open(bundle, log, statement.get());
    }

    /**
     * Opens a record whoever has signed it; that its log is the one that the statement names is checked all the same.
     *
     * @param log the audit log; empty for the one beside the bundle
     * @throws GleisnerException.EvidenceRejected when it is no statement, or the log does not hold
     */
    public static RecordReader unverified(Verifier verifier, Path bundle, Optional<Path> log) throws GleisnerException {
        if (verifier.parse(verifier.open(EvidenceFiles.bundle(bundle)).payload()) instanceof Json.Obj object) {
            return open(bundle, log, StatementView.of(object));
        }
        throw new GleisnerException.EvidenceRejected(
                "statement.type", "bundle " + bundle, "its payload is no JSON object", "name a record of Gleisner");
    }

    private static RecordReader open(Path bundle, Optional<Path> given, StatementView statement)
            throws GleisnerException {
        if (statement.log().isEmpty()) {
            throw new GleisnerException.EvidenceRejected(
                    "statement.log",
                    "bundle " + bundle,
                    "its statement binds no audit log",
                    "name a record that `gleisner record` made");
        }
        List<Check> checks = LogVerification.check(bundle, given, statement, "");
        refuseFailures(bundle, checks);
        for (Check check : checks) {
            if (check.id().equals("log.digest") && check.outcome() != Check.Outcome.PASS) {
                throw new GleisnerException.EvidenceRejected(
                        "log.redacted",
                        "record " + bundle,
                        check.text(),
                        "name the whole log with --log: what is redacted may be what you ask for");
            }
        }
        LogReport report = statement.log().get();
        return new RecordReader(statement, given.orElseGet(() -> bundle.resolveSibling(report.name())), report);
    }

    private static void refuseFailures(Path bundle, List<Check> checks) throws GleisnerException {
        for (Check check : checks) {
            if (check.outcome() == Check.Outcome.FAIL) {
                throw new GleisnerException.EvidenceRejected(check.id(), "record " + bundle, check.text(), FIX);
            }
        }
    }

    /** What was signed. */
    public StatementView statement() {
        return statement;
    }

    /**
     * Gives every event of the log to {@code sink}, in order.
     *
     * @throws GleisnerException.EvidenceRejected when a line is none of ours, or the log changed meanwhile: then nothing
     *     that {@code sink} got is to be believed
     * @throws GleisnerException when the log cannot be read
     */
    public void replay(Consumer<RecordedEvent> sink) throws GleisnerException {
        MessageDigest digest = Digest.newSha256();
        EventReader events = new EventReader();
        byte[] buffer = new byte[1 << 17];
        byte[] line = new byte[4096];
        int length = 0;
        long number = 0;
        try (InputStream in = Files.newInputStream(log)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                int start = 0;
                for (int i = 0; i < count; i++) {
                    if (buffer[i] != '\n') {
                        continue;
                    }
                    line = append(line, length, buffer, start, i - start);
                    length += i - start;
                    number++;
                    sink.accept(events.read(line, length));
                    length = 0;
                    start = i + 1;
                }
                line = append(line, length, buffer, start, count - start);
                length += count - start;
            }
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed("audit log " + log, e.toString(), "make it readable", e);
        } catch (IllegalArgumentException e) {
            throw new GleisnerException.EvidenceRejected(
                    "log.line",
                    "audit log " + log,
                    "line " + number + " cannot be read: " + e.getMessage(),
                    "read it with the version of Gleisner that made it: "
                            + statement.version().orElse("unknown"));
        }
        if (length > 0 || number != report.events() || !Digest.sha256(digest).equals(report.digest())) {
            throw new GleisnerException.EvidenceRejected(
                    "log.digest", "audit log " + log, "it was changed while it was read", FIX);
        }
    }

    private static byte[] append(byte[] line, int length, byte[] from, int start, int count) {
        if (length + count > LONGEST_LINE) {
            throw new IllegalArgumentException("it has more than " + LONGEST_LINE + " bytes");
        }
        byte[] room =
                length + count > line.length ? Arrays.copyOf(line, Math.max(2 * line.length, length + count)) : line;
        System.arraycopy(from, start, room, length, count);
        return room;
    }
}
