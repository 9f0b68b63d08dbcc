package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.LineProof;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.ports.GleisnerException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Makes the proof that one line is in the audit log of a record. */
public final class ProveEvent {
    private ProveEvent() {}

    /**
     * Reads the log once.
     *
     * @param statement of the record; whether it is to be believed is for who verifies the proof to say
     * @param given the log's file; empty for the one beside the bundle
     * @param event the line's sequence number
     * @throws GleisnerException when there is no such line, or the log is not the record's
     */
    public static LineProof run(StatementView statement, Path bundle, Optional<Path> given, long event)
            throws GleisnerException {
        LogReport report = RecordedLog.report(statement, bundle);
        Path file = RecordedLog.file(report, bundle, given);
        if (event < 0 || event >= report.events()) {
            throw new GleisnerException.BadInput(
                    "event " + event,
                    "the log has " + report.events() + " events, the first one is 0",
                    "name one of them; `sequence` in " + file + " is the number");
        }
        MerkleTree tree = MerkleTree.proving(event);
        byte[][] line = new byte[1][];
        boolean[] gone = new boolean[1];
        RecordedLog.scan(file, report, tree, (sequence, bytes, offset, length, redacted) -> {
            if (sequence == event) {
                line[0] = Arrays.copyOfRange(bytes, offset, offset + length);
                gone[0] = redacted;
            }
        });
        if (gone[0]) {
            throw new GleisnerException.BadInput(
                    "event " + event, "its line is redacted in " + file, "name the whole log with --log");
        }
        return new LineProof(report.name(), text(line[0], file), tree.proof());
    }

    private static String text(byte[] line, Path file) throws GleisnerException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new GleisnerException.EvidenceRejected(
                    "log.encoding", "audit log " + file, "the line is no UTF-8: " + e, "Gleisner writes no such line");
        }
    }
}
