package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.LogCheck;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.domain.verify.Check;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** Compares an audit log with what the statement says of it. */
final class LogVerification {
    private LogVerification() {}

    /**
     * Checks {@code log.digest} and {@code log.sequence}.
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
        if (wanted.name().contains("/") || wanted.name().startsWith(".")) {
            return List.of(Check.fail("log.name", where + wanted.name() + " is no plain file name"));
        }
        Path file = given.orElseGet(() -> bundle.resolveSibling(wanted.name()));
        MessageDigest digest = Digest.newSha256();
        LogCheck lines = new LogCheck();
        byte[] buffer = new byte[1 << 17];
        if (!Files.isRegularFile(file)) {
            return List.of(Check.fail("log.digest", where + file + " is not there; name the audit log with --log"));
        }
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                lines.update(buffer, count);
            }
        } catch (IOException e) {
            return List.of(Check.fail("log.digest", where + file + " cannot be read: " + e));
        }
        Digest found = Digest.sha256(digest);
        if (!found.equals(wanted.digest())) {
            return List.of(
                    Check.fail("log.digest", where + file + ": expected " + wanted.digest() + ", found " + found));
        }
        Optional<String> mistake = lines.finish(wanted.events());
        return List.of(
                Check.pass("log.digest", where + wanted.name() + " is the log that was signed"),
                mistake.isPresent()
                        ? Check.fail("log.sequence", where + mistake.get())
                        : Check.pass("log.sequence", where + wanted.events() + " events without a gap"));
    }
}
