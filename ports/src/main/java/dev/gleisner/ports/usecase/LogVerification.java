package dev.gleisner.ports.usecase;

import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.verify.Check;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares an audit log with what the statement says of it. */
final class LogVerification {
    private LogVerification() {}

    /**
     * Checks {@code log.digest}, {@code log.root} and {@code log.sequence}.
     *
     * @param given the log's file; empty for the one beside the bundle that the statement names
     */
    static List<Check> check(Path bundle, Optional<Path> given, StatementView statement, String where) {
        if (statement.log().isEmpty()) {
            return List.of(
                    given.isPresent()
                            ? Check.fail("log.digest", where + "the statement binds no audit log")
                            : Check.skipped("log.digest", where + "the statement binds no audit log"));
        }
        LogReport wanted = statement.log().get();
        if (!RecordedLog.plainName(wanted.name())) {
            return List.of(Check.fail("log.name", where + wanted.name() + " is no plain file name"));
        }
        Path file = given.orElseGet(() -> bundle.resolveSibling(wanted.name()));
        if (!Files.isRegularFile(file)) {
            return List.of(Check.fail("log.digest", where + file + " is not there; name the audit log with --log"));
        }
        try {
            return compare(LogScan.of(file), file, wanted, where);
        } catch (IOException e) {
            return List.of(Check.fail("log.digest", where + file + " cannot be read: " + e));
        }
    }

    private static List<Check> compare(LogScan scan, Path file, LogReport wanted, String where) {
        List<Check> checks = new ArrayList<>();
        String redacted = scan.redacted() == 0
                ? ""
                : scan.redacted() + " of " + wanted.events() + (scan.redacted() == 1 ? " lines is" : " lines are")
                        + " redacted";
        boolean same = scan.digest().equals(wanted.digest());
        // 1. The bytes. With redacted lines they are other ones by intention, and only the root can tell.
        if (same) {
            checks.add(Check.pass("log.digest", where + wanted.name() + " is the log that was signed"));
        } else if (scan.redacted() > 0) {
            checks.add(
                    Check.skipped("log.digest", where + redacted + ": log.root tells whether the rest is as signed"));
        } else {
            checks.add(Check.fail(
                    "log.digest", where + file + ": expected " + wanted.digest() + ", found " + scan.digest()));
        }
        // 2. The lines. The log as it was signed has no redacted line: its root is over the lines as they are.
        if (scan.root().equals(wanted.root())) {
            checks.add(Check.pass(
                    "log.root",
                    where + "the Merkle root over the lines is the signed one"
                            + (redacted.isEmpty() ? "" : "; " + redacted)));
        } else {
            checks.add(Check.fail("log.root", where + file + ": expected " + wanted.root() + ", found " + scan.root()));
        }
        // 3. Their order, which means something only in the log that was signed.
        boolean signed = same || scan.redacted() > 0 && scan.root().equals(wanted.root());
        if (signed) {
            Optional<String> mistake = scan.structure().finish(wanted.events());
            checks.add(
                    mistake.isPresent()
                            ? Check.fail("log.sequence", where + mistake.get())
                            : Check.pass("log.sequence", where + wanted.events() + " events without a gap"));
        }
        return checks;
    }
}
