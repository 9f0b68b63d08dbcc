package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The list of a project's records: a file with one line for each, {@code <payload digest> <bundle> <log>}. A record is
 * committed at the moment its line is on disk; a last line without line feed was never committed.
 */
final class ChainFile {
    static final String FILE = "chain";
    static final String HEAD = "head.json";
    private static final String LOCK = "chain.lock";
    private static final long PATIENCE_MILLIS = 60_000;
    private static final int HEX_DIGITS = 64;

    private final Path project;

    ChainFile(Path project) {
        this.project = project;
    }

    static String bundleName(String sessionId) {
        return sessionId + ".sigstore.json";
    }

    static String traceName(String sessionId) {
        return sessionId + ".trace.sigstore.json";
    }

    static String logName(String sessionId) {
        return sessionId + ".audit.jsonl";
    }

    static String headName(String sessionId) {
        return sessionId + ".head.json";
    }

    /** All records, oldest first. Needs no lock: lines only ever follow. */
    List<Stored> records() throws GleisnerException {
        byte[] bytes = read(project.resolve(FILE)).orElse(new byte[0]);
        List<Stored> records = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                records.add(parse(new String(bytes, start, i - start, StandardCharsets.ISO_8859_1)));
                start = i + 1;
            }
        }
        return records;
    }

    private Stored parse(String line) throws GleisnerException {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        String suffix = bundleName("");
        if (first == HEX_DIGITS
                && second > first
                && line.substring(first + 1, second).endsWith(suffix)) {
            String id = line.substring(first + 1, second - suffix.length());
            if (SessionId.valid(id) && line.substring(second + 1).equals(logName(id))) {
                try {
                    return new Stored(
                            project.resolve(bundleName(id)),
                            project.resolve(logName(id)),
                            new Digest(DigestAlgorithm.SHA256, line.substring(0, first)));
                } catch (IllegalArgumentException _) {
                    // no digest: refused below with every other damaged line
                }
            }
        }
        throw new GleisnerException.EvidenceRejected(
                "store.chain",
                "list of records " + project.resolve(FILE),
                "it has a line that Gleisner did not write",
                "restore it from a backup; every record is still in " + project);
    }

    static String line(String sessionId, Digest payload) {
        return payload.hex() + " " + bundleName(sessionId) + " " + logName(sessionId) + "\n";
    }

    /** The head that came with the newest record. */
    Optional<byte[]> head() throws GleisnerException {
        return read(project.resolve(HEAD));
    }

    static Optional<byte[]> read(Path file) throws GleisnerException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "read " + file, e.toString(), "check its permissions and the file system", e);
        }
    }

    /** Waits until no other session commits; the caller closes the descriptor, which gives the chain free. */
    int lock(Fs fs, int directory) throws GleisnerException {
        Path shown = project.resolve(LOCK);
        int file = Durable.appendable(fs, directory, LOCK, shown, 0);
        try {
            if (!lock(file, PATIENCE_MILLIS, shown)) {
                throw new GleisnerException.StorageFailed(
                        "chain of " + project,
                        "another session has kept it for a minute",
                        "end that session (fuser " + shown + " names it), then run `gleisner recover`",
                        null);
            }
            cutTornLine(fs, directory);
            repairHead(fs, directory);
            return file;
        } catch (GleisnerException e) {
            Fs.close(file);
            throw e;
        }
    }

    /** Takes a lock; false when another one keeps it for so long. */
    static boolean lock(int file, long patienceMillis, Path shown) throws GleisnerException {
        long deadline = System.nanoTime() + patienceMillis * 1_000_000;
        while (true) {
            int result = Fs.tryLock(file);
            if (result != -Errno.EAGAIN) {
                Failures.check(result, "lock", shown);
                return true;
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GleisnerException.StorageFailed(
                        "lock " + shown, "interrupted while waiting", "run `gleisner recover`", e);
            }
        }
    }

    private void cutTornLine(Fs fs, int directory) throws GleisnerException {
        byte[] bytes = read(project.resolve(FILE)).orElse(new byte[0]);
        int whole = bytes.length;
        while (whole > 0 && bytes[whole - 1] != '\n') {
            whole--;
        }
        if (whole < bytes.length) {
            Path shown = project.resolve(FILE);
            int file = Durable.appendable(fs, directory, FILE, shown, 0);
            try {
                Failures.check(Fs.truncate(file, whole), "cut the torn last line off", shown);
            } finally {
                Fs.close(file);
            }
        }
    }

    // A supervisor that died between the line and the head left a head that is one record old. Only then is it put
    // right: any other difference is for verification to find.
    private void repairHead(Fs fs, int directory) throws GleisnerException {
        List<Stored> records = records();
        if (records.isEmpty()) {
            return;
        }
        Optional<byte[]> found = head();
        Optional<byte[]> newest = read(headOf(records.getLast()));
        Optional<byte[]> before =
                records.size() == 1 ? Optional.empty() : read(headOf(records.get(records.size() - 2)));
        if (newest.isPresent() && !same(found, newest) && same(found, before)) {
            Durable.replace(fs, directory, HEAD, newest.get(), project.resolve(HEAD));
        }
    }

    private static Path headOf(Stored record) {
        Path name = record.log().getFileName();
        String id = name.toString()
                .substring(0, name.toString().length() - logName("").length());
        return record.log().resolveSibling(headName(id));
    }

    private static boolean same(Optional<byte[]> one, Optional<byte[]> other) {
        return Arrays.equals(one.orElse(new byte[0]), other.orElse(new byte[0]));
    }

    /** Adds a record; it is on disk when this returns. Needs the lock. */
    void append(Fs fs, int directory, String sessionId, Digest payload) throws GleisnerException {
        Path shown = project.resolve(FILE);
        int file = Durable.appendable(fs, directory, FILE, shown, 0);
        try {
            byte[] line = line(sessionId, payload).getBytes(StandardCharsets.US_ASCII);
            Failures.check(fs.write(file, line, line.length), "append to", shown);
            Failures.check(Fs.syncData(file), "flush", shown);
        } finally {
            Fs.close(file);
        }
    }
}
