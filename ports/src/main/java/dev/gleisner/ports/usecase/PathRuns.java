package dev.gleisner.ports.usecase;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ScratchFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sorted lists of paths with marks, in a scratch file. Sixteen of one level are merged into one of the next, so that there
 * are never many to merge. In the file a path is the byte of its marks, how many bytes it shares with the path before,
 * how many more it has, and those.
 */
final class PathRuns {
    private static final int FAN_OUT = 16;
    private static final int BLOCK = 16 * 1024;
    private static final int HEAD = 9;

    /** Where a list is in the file. */
    private record Run(int level, long start, long end) {}

    private final ScratchFile file;
    private final List<Run> runs = new ArrayList<>();
    private long length;

    PathRuns(ScratchFile file) {
        this.file = file;
    }

    /** Paths in ascending order, each once. */
    abstract static class Cursor {
        /** The path at hand. */
        String path = "";

        /** Its marks. */
        int marks;

        /** Goes to the next path; whether there is one. */
        abstract boolean advance() throws GleisnerException;
    }

    /** Keeps what a cursor shows. */
    void add(Cursor sorted) throws GleisnerException {
        write(sorted, 0);
        while (runs.size() >= FAN_OUT) {
            List<Run> last = runs.subList(runs.size() - FAN_OUT, runs.size());
            int level = last.getFirst().level();
            if (level != last.getLast().level()) {
                return;
            }
            Cursor merged = merged(last);
            last.clear();
            write(merged, level + 1);
        }
    }

    /** A cursor over all lists at once. */
    List<Cursor> cursors() {
        List<Cursor> cursors = new ArrayList<>();
        for (Run run : runs) {
            cursors.add(new Reader(run));
        }
        return cursors;
    }

    private Cursor merged(List<Run> some) throws GleisnerException {
        List<Cursor> cursors = new ArrayList<>();
        for (Run run : some) {
            cursors.add(new Reader(run));
        }
        return new MergedPaths(cursors);
    }

    private void write(Cursor sorted, int level) throws GleisnerException {
        long start = length;
        byte[] block = new byte[BLOCK];
        int filled = 0;
        byte[] before = new byte[0];
        while (sorted.advance()) {
            byte[] path = sorted.path.getBytes(StandardCharsets.UTF_8);
            int shared = Math.max(0, Arrays.mismatch(before, path));
            int more = path.length - shared;
            if (filled + HEAD + more > block.length) {
                append(block, filled);
                filled = 0;
                if (HEAD + more > block.length) {
                    block = new byte[HEAD + more];
                }
            }
            block[filled] = (byte) sorted.marks;
            int32(block, filled + 1, shared);
            int32(block, filled + 5, more);
            System.arraycopy(path, shared, block, filled + HEAD, more);
            filled += HEAD + more;
            before = path;
        }
        append(block, filled);
        runs.add(new Run(level, start, length));
    }

    private void append(byte[] block, int filled) throws GleisnerException {
        file.append(block, filled);
        length += filled;
    }

    private static void int32(byte[] into, int at, int value) {
        into[at] = (byte) value;
        into[at + 1] = (byte) (value >> 8);
        into[at + 2] = (byte) (value >> 16);
        into[at + 3] = (byte) (value >> 24);
    }

    private static int int32(byte[] from, int at) {
        return from[at] & 0xff | (from[at + 1] & 0xff) << 8 | (from[at + 2] & 0xff) << 16 | (from[at + 3] & 0xff) << 24;
    }

    /** One list, read block by block. */
    private final class Reader extends Cursor {
        private final long end;
        private long offset;
        private byte[] block = new byte[BLOCK];
        private int at;
        private int filled;
        private byte[] bytes = new byte[256];

        Reader(Run run) {
            this.offset = run.start();
            this.end = run.end();
        }

        @Override
        boolean advance() throws GleisnerException {
            if (at == filled && offset == end) {
                return false;
            }
            need(HEAD);
            marks = block[at];
            int shared = int32(block, at + 1);
            int more = int32(block, at + 5);
            need(HEAD + more);
            if (bytes.length < shared + more) {
                bytes = Arrays.copyOf(bytes, 2 * (shared + more));
            }
            System.arraycopy(block, at + HEAD, bytes, shared, more);
            at += HEAD + more;
            path = new String(bytes, 0, shared + more, StandardCharsets.UTF_8);
            return true;
        }

        /** Has at least that many bytes from {@link #at} on in the block. */
        private void need(int count) throws GleisnerException {
            if (filled - at >= count) {
                return;
            }
            byte[] next = block.length >= count ? block : new byte[count];
            System.arraycopy(block, at, next, 0, filled - at);
            filled -= at;
            at = 0;
            block = next;
            while (filled < count) {
                byte[] piece = new byte[(int) Math.min(block.length - filled, end - offset)];
                int got = piece.length == 0 ? 0 : file.read(piece, offset);
                if (got == 0) {
                    throw new GleisnerException.StorageFailed(
                            "scratch file",
                            "it ends after " + offset + " bytes, in the middle of a path",
                            "find out whether the disk is failing, then record again",
                            null);
                }
                System.arraycopy(piece, 0, block, filled, got);
                filled += got;
                offset += got;
            }
        }
    }
}
