package dev.gleisner.adapters.audit;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.EventLine;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.ports.EventSink;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Appends lines to the audit log and keeps their SHA-256. Whole lines reach the kernel no later than 100 ms after they
 * were accepted, also when nothing follows, so that a killed supervisor loses no more than that.
 */
final class LogWriter implements EventSink, AutoCloseable {
    private static final int ROOM = 64 * 1024;
    private static final int READ_BACK_LIMIT = 64 * 1024 * 1024;
    private static final long FLUSH_MILLIS = 100;

    private final Path shown;
    private final int file;
    private final MessageDigest running = Digest.newSha256();
    private final MerkleTree tree = new MerkleTree();
    private final Utf8Buffer line = new Utf8Buffer(1024);
    private final EventLine lines = new EventLine(line);
    private final byte[] pending = new byte[ROOM];
    private int pendingLength;
    private long bytes;
    private long events;
    private boolean ended;
    private Optional<Digest> digest = Optional.empty();
    private Optional<GleisnerException> failure = Optional.empty();
    private Optional<Thread> flusher = Optional.empty();

    /**
     * Continues a log.
     *
     * @param file descriptor that reads and appends; closed with this writer
     */
    LogWriter(Path shown, int file) {
        this.shown = shown;
        this.file = file;
    }

    /**
     * Takes in the lines that are there already and cuts off the last one when it has no end.
     *
     * @throws GleisnerException.StorageFailed when the log cannot be read or cut
     */
    synchronized void continueFrom(Fs fs) throws GleisnerException {
        // Two passes: the first finds the last line feed, the second digests up to it.
        byte[] buffer = new byte[128 * 1024];
        long whole = 0;
        long at = 0;
        for (int got; (got = read(fs, buffer, at)) > 0; at += got) {
            for (int i = 0; i < got; i++) {
                if (buffer[i] == '\n') {
                    events++;
                    whole = at + i + 1;
                }
            }
        }
        if (whole < at) {
            Failures.check(Fs.truncate(file, whole), "cut the torn last line off", shown);
        }
        for (int got; bytes < whole && (got = read(fs, buffer, bytes)) > 0; bytes += got) {
            running.update(buffer, 0, got);
            addLines(buffer, got);
        }
    }

    /** Adds the lines that end in this piece to the tree; one that does not waits in {@link #line}. */
    private void addLines(byte[] piece, int length) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (piece[i] == '\n') {
                line.bytes(piece, start, i - start);
                tree.append(line.array(), 0, line.length());
                line.clear();
                start = i + 1;
            }
        }
        line.bytes(piece, start, length - start);
    }

    private int read(Fs fs, byte[] buffer, long at) throws GleisnerException {
        return Failures.check(fs.read(file, buffer, at), "read", shown);
    }

    @Override
    public synchronized void accept(long sequence, long wallNanos, long monotonicNanos, Origin origin, Event event)
            throws GleisnerException {
        refuseAfterFailure();
        if (ended) {
            throw new IllegalStateException("event " + sequence + " after the end of " + shown);
        }
        if (sequence != events) {
            throw new IllegalArgumentException("event " + sequence + " where " + events + " is next in " + shown);
        }
        line.clear();
        lines.append(sequence, wallNanos, monotonicNanos, origin, event);
        tree.append(line.array(), 0, line.length() - 1);
        if (line.length() > ROOM - pendingLength) {
            flush();
        }
        events++;
        if (line.length() > ROOM) {
            write(line.array(), line.length());
            return;
        }
        System.arraycopy(line.array(), 0, pending, pendingLength, line.length());
        if (pendingLength == 0) {
            wakeFlusher();
        }
        pendingLength += line.length();
    }

    synchronized long events() {
        return events;
    }

    /** Root of the Merkle tree over the lines, each without its line feed. */
    synchronized Digest root() {
        return tree.root();
    }

    /** Flushes all lines to disk and checks that what is there is what was written. */
    synchronized Digest seal() throws GleisnerException {
        if (digest.isPresent()) {
            return digest.get();
        }
        refuseAfterFailure();
        flush();
        end();
        Failures.check(Fs.syncData(file), "flush", shown);
        Digest expected = Digest.sha256(running);
        if (bytes <= READ_BACK_LIMIT) {
            Digest found = onDisk();
            if (!found.equals(expected)) {
                throw new GleisnerException.StorageFailed(
                        "audit log " + shown,
                        "it holds " + found + ", but " + expected + " was written",
                        "find out what else writes to this directory or whether the disk is failing, then record again",
                        null);
            }
        }
        digest = Optional.of(expected);
        return expected;
    }

    private Digest onDisk() throws GleisnerException {
        MessageDigest again = Digest.newSha256();
        byte[] buffer = new byte[(int) Math.min(bytes + 1, 128 * 1024)];
        try (Fs fs = new Fs()) {
            long at = 0;
            for (int got; (got = read(fs, buffer, at)) > 0; at += got) {
                again.update(buffer, 0, got);
            }
        }
        return Digest.sha256(again);
    }

    private void refuseAfterFailure() throws GleisnerException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void flush() throws GleisnerException {
        int length = pendingLength;
        pendingLength = 0;
        if (length > 0) {
            write(pending, length);
        }
    }

    private void write(byte[] from, int length) throws GleisnerException {
        refuseAfterFailure();
        try (Fs fs = new Fs()) {
            Failures.check(fs.write(file, from, length), "write the audit log", shown);
        } catch (GleisnerException e) {
            failure = Optional.of(e);
            throw e;
        }
        running.update(from, 0, length);
        bytes += length;
    }

    private void wakeFlusher() {
        if (flusher.isEmpty()) {
            Thread thread = Thread.ofPlatform().name("gleisner-log").daemon().unstarted(this::flushWhenIdle);
            flusher = Optional.of(thread);
            thread.start();
        }
        notifyAll();
    }

    private synchronized void flushWhenIdle() {
        try {
            while (!ended) {
                while (!ended && pendingLength == 0) {
                    wait();
                }
                wait(FLUSH_MILLIS);
                if (!ended && failure.isEmpty()) {
                    flush();
                }
            }
        } catch (GleisnerException _) {
            // write() has kept it; the next accept() or seal() throws it.
            return;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody else has this thread to interrupt it", e);
        }
    }

    private void end() {
        ended = true;
        notifyAll();
    }

    /** Writes what is pending, as far as that still works, and closes the file. */
    @Override
    public synchronized void close() {
        if (!ended && failure.isEmpty()) {
            try {
                flush();
            } catch (GleisnerException e) {
                failure = Optional.of(e); // the session did not commit: recovery takes the lines that are there
            }
        }
        end();
        Fs.close(file);
    }
}
