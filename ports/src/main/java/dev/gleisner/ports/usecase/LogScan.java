package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.event.LogCheck;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * One pass over an audit log, however large, in bounded memory. This thread reads, digests and looks at the structure; a
 * second one builds the Merkle tree line by line, which is as much work again.
 *
 * @param digest SHA-256 of the bytes
 * @param root of the Merkle tree over the lines; a redacted line counts with the leaf hash that it names
 * @param redacted how many lines are redacted
 * @param structure what is wrong with the structure
 */
record LogScan(Digest digest, Digest root, long redacted, LogCheck structure) {

    /** Takes the lines one after the other, on a thread of the scan. */
    @FunctionalInterface
    interface LineTaker {
        /**
         * Takes the next line: {@code length} bytes from {@code offset} on, without its line feed, until this returns.
         *
         * @param redacted whether somebody has taken the line itself out
         */
        void take(long sequence, byte[] bytes, int offset, int length, boolean redacted) throws IOException;
    }

    /** Looks at a whole log. */
    static LogScan of(Path file) throws IOException {
        return of(file, new MerkleTree(), (sequence, bytes, offset, length, redacted) -> {});
    }

    /**
     * Looks at a whole log and shows every line.
     *
     * @param tree the empty tree that the lines are added to
     * @throws IOException when the log cannot be read, or what {@code lines} threw
     */
    static LogScan of(Path file, MerkleTree tree, LineTaker lines) throws IOException {
        MessageDigest digest = Digest.newSha256();
        LogCheck check = new LogCheck();
        LogTree trunk = new LogTree(tree, lines);
        try (FileInputStream in = new FileInputStream(file.toFile());
                LogTree.Run run = trunk.start()) {
            for (LogTree.Piece piece = run.next(); piece.read(in) > 0; piece = run.next()) {
                run.hand();
                digest.update(piece.bytes(), 0, piece.length());
                check.update(piece.bytes(), piece.length());
            }
        }
        trunk.check();
        return new LogScan(Digest.sha256(digest), tree.root(), trunk.redacted(), check);
    }
}
