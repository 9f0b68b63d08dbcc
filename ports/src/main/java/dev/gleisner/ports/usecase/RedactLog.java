package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.RedactedLine;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.domain.record.SessionRecord.LogReport;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Copies an audit log without the lines that somebody must not see; the signed root still holds for the copy. */
public final class RedactLog {
    private static final int ROOM = 1 << 16;

    /**
     * Which lines go.
     *
     * @param events their sequence numbers
     * @param types all lines of these types
     * @param texts all lines in which one of these stands somewhere in a value, at any depth
     */
    public record Selection(Set<Long> events, Set<String> types, List<String> texts) {
        public Selection {
            events = Set.copyOf(events);
            types = Set.copyOf(types);
            texts = List.copyOf(texts);
        }

        private boolean byContent() {
            return !types.isEmpty() || !texts.isEmpty();
        }

        private boolean takes(Json line) {
            boolean typed = line instanceof Json.Obj object
                    && object.text("type").filter(types::contains).isPresent();
            return typed || names(line);
        }

        private boolean names(Json value) {
            return switch (value) {
                case Json.Str(var text) -> texts.stream().anyMatch(text::contains);
                case Json.Arr(var elements) -> elements.stream().anyMatch(this::names);
                case Json.Obj(var members) -> members.values().stream().anyMatch(this::names);
                default -> false;
            };
        }
    }

    /**
     * What came of it.
     *
     * @param lines how many the log has
     * @param redacted how many of them are redacted in the copy
     */
    public record Result(long lines, long redacted) {}

    private final Verifier parser;
    private final Selection selection;
    private final OutputStream out;
    private final Utf8Buffer buffer = new Utf8Buffer(2 * ROOM);
    private long redacted;

    private RedactLog(Verifier parser, Selection selection, OutputStream out) {
        this.parser = parser;
        this.selection = selection;
        this.out = out;
    }

    /**
     * Writes the copy. When it fails, nothing is left of it.
     *
     * @param given the log's file; empty for the one beside the bundle
     * @param copy a file that is not there yet
     * @throws GleisnerException when the log is not the record's, or the copy cannot be written
     */
    public static Result run(
            Verifier parser, StatementView statement, Path bundle, Optional<Path> given, Selection selection, Path copy)
            throws GleisnerException {
        LogReport report = RecordedLog.report(statement, bundle);
        Path file = RecordedLog.file(report, bundle, given);
        for (long event : selection.events()) {
            if (event >= report.events()) {
                throw new GleisnerException.BadInput(
                        "event " + event, "the log has " + report.events() + " events", "name one of them");
            }
        }
        boolean complete = false;
        try (OutputStream out = Files.newOutputStream(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            try {
                RedactLog redaction = new RedactLog(parser, selection, out);
                RecordedLog.scan(file, report, new MerkleTree(), redaction::line);
                redaction.flush();
                complete = true;
                return new Result(report.events(), redaction.redacted);
            } finally {
                if (!complete) {
                    Files.delete(copy);
                }
            }
        } catch (FileAlreadyExistsException _) {
            throw new GleisnerException.BadInput(
                    "redacted log " + copy, "there is such a file already", "name another file with --output");
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "redacted log " + copy, e.toString(), "name a file that can be written with --output", e);
        }
    }

    private void line(long sequence, byte[] bytes, int offset, int length, boolean already) throws IOException {
        if (already || !takes(sequence, bytes, offset, length)) {
            redacted += already ? 1 : 0;
            buffer.bytes(bytes, offset, length).ascii('\n');
        } else {
            redacted++;
            RedactedLine.append(MerkleTree.leafHash(bytes, offset, length), sequence, buffer);
        }
        if (buffer.length() >= ROOM) {
            flush();
        }
    }

    private boolean takes(long sequence, byte[] bytes, int offset, int length) throws IOException {
        if (selection.events().contains(sequence) || !selection.byContent()) {
            return selection.events().contains(sequence);
        }
        try {
            return selection.takes(parser.parse(Arrays.copyOfRange(bytes, offset, offset + length)));
        } catch (GleisnerException.EvidenceRejected e) {
            throw new IOException("line " + (sequence + 1) + ": " + e.getMessage(), e);
        }
    }

    private void flush() throws IOException {
        out.write(buffer.array(), 0, buffer.length());
        buffer.clear();
    }
}
