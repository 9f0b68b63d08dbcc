package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.LogScan.LineTaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The audit log that a statement binds, for those who take something out of it. */
final class RecordedLog {
    private RecordedLog() {}

    /** Whether a name from a statement is that of a file beside the bundle, and leads nowhere else. */
    static boolean plainName(String name) {
        return !name.isEmpty() && !name.contains("/") && !name.startsWith(".") && name.indexOf('\0') < 0;
    }

    /** What the statement says of its log. */
    static LogReport report(StatementView statement, Path bundle) throws GleisnerException {
        Optional<LogReport> report = statement.log();
        if (report.isEmpty() || !plainName(report.get().name())) {
            throw new GleisnerException.EvidenceRejected(
                    report.isEmpty() ? "statement.log" : "log.name",
                    "bundle " + bundle,
                    report.isEmpty()
                            ? "its statement binds no audit log"
                            : "its log has the name " + report.get().name() + ", which is no plain file name",
                    "name a record of Gleisner");
        }
        return report.get();
    }

    /** The log's file: the given one, or else that beside the bundle. */
    static Path file(LogReport report, Path bundle, Optional<Path> given) throws GleisnerException {
        Path file = given.orElseGet(() -> bundle.resolveSibling(report.name()));
        if (!Files.isRegularFile(file)) {
            throw new GleisnerException.BadInput(
                    "audit log " + file, "there is no such regular file", "name the audit log with --log");
        }
        return file;
    }

    /**
     * Shows every line of the log, and then makes sure that it is the one that the statement binds, possibly with
     * redacted lines.
     */
    static LogScan scan(Path file, LogReport report, MerkleTree tree, LineTaker lines) throws GleisnerException {
        LogScan scan;
        try {
            scan = LogScan.of(file, tree, lines);
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "audit log " + file, e.toString(), "make the file readable, and where its copy goes writable", e);
        }
        if (!scan.root().equals(report.root()) || tree.size() != report.events()) {
            throw new GleisnerException.EvidenceRejected(
                    "log.root",
                    "audit log " + file,
                    "the root over its " + tree.size() + " lines is " + scan.root() + ", recorded were "
                            + report.events() + " lines with " + report.root(),
                    "name the log of this record with --log; `gleisner verify` tells more");
        }
        return scan;
    }
}
