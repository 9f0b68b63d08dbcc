package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.RedactedLine;
import dev.gleisner.domain.json.Utf8Buffer;
import dev.gleisner.ports.usecase.LogScan.LineTaker;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Cuts a log into lines and adds them to a Merkle tree, on a thread of its own, piece by piece as they are read. */
final class LogTree {
    /** The arguments of a process are 6 MiB at most, and six times as much when each byte needs an escape. */
    private static final int LONGEST_LINE = 64 << 20;

    private static final int PIECES = 4;
    private static final int PIECE_BYTES = 1 << 20;

    private final MerkleTree tree;
    private final LineTaker lines;
    private final Utf8Buffer rest = new Utf8Buffer(4096);
    private long redacted;
    private @Nullable Throwable failure;

    LogTree(MerkleTree tree, LineTaker lines) {
        this.tree = tree;
        this.lines = lines;
    }

    /** A part of the log that two threads read at once, and one of them fills again when both are done with it. */
    static final class Piece {
        private final byte[] bytes = new byte[PIECE_BYTES];
        private int length;

        /** Fills it from {@code in}; 0 at the end. */
        int read(InputStream in) throws IOException {
            length = 0;
            length = in.readNBytes(bytes, 0, PIECE_BYTES);
            return length;
        }

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }
    }

    /** The two threads' meeting point; closing it waits until the tree has all pieces that were handed over. */
    final class Run implements AutoCloseable {
        private final Piece[] ring = new Piece[PIECES];
        private final Semaphore free = new Semaphore(PIECES);
        private final Semaphore full = new Semaphore(0);
        private final Semaphore finished = new Semaphore(0);
        private long filled;

        private Run() {
            for (int i = 0; i < PIECES; i++) {
                ring[i] = new Piece();
            }
            Thread.ofPlatform().name("gleisner-tree").daemon().start(this::build);
        }

        /** The piece to fill next; waits for one. */
        Piece next() {
            free.acquireUninterruptibly();
            return ring[(int) (filled % PIECES)];
        }

        /** Shows the piece that was filled to the other thread. */
        void hand() {
            filled++;
            full.release();
        }

        private void build() {
            for (long taken = 0; ; taken++) {
                full.acquireUninterruptibly();
                Piece piece = ring[(int) (taken % PIECES)];
                if (piece.length == 0) {
                    finished.release();
                    return;
                }
                if (failure == null) {
                    try {
                        cut(piece.bytes, piece.length);
                    } catch (IOException | RuntimeException | Error e) {
                        failure = e; // check() throws it on the thread that waits
                    }
                }
                free.release();
            }
        }

        @Override
        public void close() {
            // The piece at hand is empty, or what was being read into it when reading failed counts for nothing.
            ring[(int) (filled % PIECES)].length = 0;
            full.release();
            finished.acquireUninterruptibly();
        }
    }

    /** Starts the thread. */
    Run start() {
        return new Run();
    }

    private void cut(byte[] piece, int length) throws IOException {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (piece[i] == '\n') {
                if (rest.length() == 0) {
                    line(piece, start, i - start);
                } else {
                    rest.bytes(piece, start, i - start);
                    line(rest.array(), 0, rest.length());
                    rest.clear();
                }
                start = i + 1;
            }
        }
        if (rest.length() + length - start > LONGEST_LINE) {
            throw new IOException("line " + (tree.size() + 1) + " is longer than " + LONGEST_LINE + " bytes");
        }
        rest.bytes(piece, start, length - start);
    }

    private void line(byte[] bytes, int offset, int length) throws IOException {
        Optional<byte[]> leaf = RedactedLine.leaf(bytes, offset, length);
        lines.take(tree.size(), bytes, offset, length, leaf.isPresent());
        if (leaf.isPresent()) {
            redacted++;
            tree.appendLeaf(leaf.get());
        } else {
            tree.append(bytes, offset, length);
        }
    }

    /** How many lines were redacted. */
    long redacted() {
        return redacted;
    }

    /** Throws what went wrong on the other thread; called after the run was closed. */
    void check() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(failure);
        }
    }
}
