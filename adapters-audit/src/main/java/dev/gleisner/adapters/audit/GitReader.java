package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.domain.record.GitState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads where a repository stands from its files: HEAD, loose and packed refs, work trees and submodules. Runs nothing
 * and reads no configuration, because whoever writes {@code .git/config} could have a program run (W1). A repository
 * whose refs are in another form (reftable) or damaged is unknown.
 *
 * @spec https://git-scm.com/docs/gitrepository-layout gitrepository-layout
 */
final class GitReader {
    private static final int SMALL_FILE = 4096;
    private static final int PACKED_REFS_LIMIT = 64 * 1024 * 1024;
    private static final int SYMBOLIC_REFS = 5;
    private static final int OPEN_ANCESTOR = Fs.O_PATH | Fs.O_DIRECTORY;
    private static final byte[] GIT = Durable.bytes(".git");
    private static final byte[] UP = {'.', '.'};

    private final Fs fs;

    GitReader(Fs fs) {
        this.fs = fs;
    }

    /**
     * Looks in {@code root} and its ancestors, as git does up to the end of the file system, but only in those that
     * belong to the caller or to the owner of {@code root}.
     */
    Optional<GitState> read(Path root) {
        int at = fs.openRoot(PathBytes.of(root), OPEN_ANCESTOR);
        if (at < 0 || fs.stat(at) < 0) {
            Fs.close(at);
            return Optional.empty();
        }
        long device = fs.device();
        int owner = fs.uid();
        int caller = (int) Kernel.raw(SysNr.GETEUID, 0, 0, 0);
        try {
            while (true) {
                long inode = fs.inode();
                if (fs.stat(at, GIT) == 0) {
                    return repository(at, fs.type());
                }
                int above = fs.open(at, UP, OPEN_ANCESTOR);
                Fs.close(at);
                at = above;
                if (above < 0
                        || fs.stat(above) < 0
                        || fs.inode() == inode
                        || fs.device() != device
                        || fs.uid() != caller && fs.uid() != owner) {
                    return Optional.empty();
                }
            }
        } finally {
            Fs.close(at);
        }
    }

    private Optional<GitState> repository(int tree, int type) {
        int git = -1;
        if (type == Fs.S_IFDIR) {
            git = fs.open(tree, GIT, Fs.OPEN_DIRECTORY);
        } else if (type == Fs.S_IFREG) {
            // A work tree or submodule: the file says where the rest is.
            byte[] pointer = line(small(tree, ".git"), "gitdir: ");
            git = pointer.length == 0 ? -1 : fs.open(tree, pointer, Fs.OPEN_DIRECTORY);
        }
        int common = -1;
        try {
            if (git < 0) {
                return Optional.empty();
            }
            byte[] shared = line(small(git, "commondir"), "");
            common = fs.open(git, shared.length == 0 ? new byte[] {'.'} : shared, Fs.OPEN_DIRECTORY);
            return common < 0 ? Optional.empty() : head(git, common);
        } finally {
            Fs.close(common);
            Fs.close(git);
        }
    }

    private Optional<GitState> head(int git, int common) {
        byte[] head = small(git, "HEAD");
        byte[] detached = line(head, "");
        if (commit(detached, detached.length).isPresent()) {
            return Optional.of(new GitState(Optional.empty(), commit(detached, detached.length)));
        }
        byte[] ref = line(head, "ref: ");
        if (!validRef(ref)) {
            return Optional.empty(); // reftable repositories have "ref: refs/heads/.invalid" here
        }
        Optional<String> name = Optional.of(PathText.decode(ref));
        for (int i = 0; i < SYMBOLIC_REFS; i++) {
            byte[] content = loose(perWorkTree(ref) ? git : common, ref);
            byte[] target = line(content, "ref: ");
            if (content.length == 0) {
                return packed(common, ref).map(found -> new GitState(name, found));
            }
            if (target.length == 0) {
                byte[] hex = line(content, "");
                Optional<Digest> commit = commit(hex, hex.length);
                return commit.isEmpty() ? Optional.empty() : Optional.of(new GitState(name, commit));
            }
            if (!validRef(target)) {
                return Optional.empty();
            }
            ref = target;
        }
        return Optional.empty();
    }

    private static boolean perWorkTree(byte[] ref) {
        return startsWith(ref, "refs/bisect/")
                || startsWith(ref, "refs/worktree/")
                || startsWith(ref, "refs/rewritten/");
    }

    /** The content of a loose ref; empty when there is none. */
    private byte[] loose(int directory, byte[] ref) {
        int at = directory;
        int start = 0;
        try {
            for (int i = 0; i < ref.length; i++) {
                if (ref[i] == '/') {
                    int below = fs.open(at, Arrays.copyOfRange(ref, start, i), Fs.OPEN_DIRECTORY);
                    if (at != directory) {
                        Fs.close(at);
                    }
                    at = below;
                    if (at < 0) {
                        return new byte[0];
                    }
                    start = i + 1;
                }
            }
            return read(at, Arrays.copyOfRange(ref, start, ref.length), SMALL_FILE);
        } finally {
            if (at != directory) {
                Fs.close(at);
            }
        }
    }

    /**
     * The commit of a packed ref: an inner empty one when the branch has no commit yet, an outer empty one when the file
     * cannot be relied on.
     */
    private Optional<Optional<Digest>> packed(int common, byte[] ref) {
        byte[] name = Durable.bytes("packed-refs");
        if (fs.stat(common, name) == 0 && (fs.type() != Fs.S_IFREG || fs.size() > PACKED_REFS_LIMIT)) {
            return Optional.empty();
        }
        byte[] all = read(common, name, PACKED_REFS_LIMIT);
        for (int start = 0; start < all.length; ) {
            int end = start;
            int space = -1;
            while (end < all.length && all[end] != '\n') {
                if (space < 0 && all[end] == ' ') {
                    space = end;
                }
                end++;
            }
            if (space > 0 && Arrays.equals(all, space + 1, end, ref, 0, ref.length)) {
                Optional<Digest> found = commit(Arrays.copyOfRange(all, start, space), space - start);
                return found.isEmpty() ? Optional.empty() : Optional.of(found);
            }
            start = end + 1;
        }
        return Optional.of(Optional.empty());
    }

    private static Optional<Digest> commit(byte[] hex, int length) {
        if (length != 40 && length != 64) {
            return Optional.empty();
        }
        for (byte each : hex) {
            if (!(each >= '0' && each <= '9' || each >= 'a' && each <= 'f')) {
                return Optional.empty();
            }
        }
        return Optional.of(new Digest(DigestAlgorithm.GIT_COMMIT, new String(hex, StandardCharsets.US_ASCII)));
    }

    /** The rules of git-check-ref-format(1) that matter for a path: inside {@code refs/}, no dots, nothing odd. */
    private static boolean validRef(byte[] ref) {
        if (!startsWith(ref, "refs/") || ref.length > 1024 || ref[ref.length - 1] == '/') {
            return false;
        }
        for (int i = 0; i < ref.length; i++) {
            byte each = ref[i];
            byte before = i == 0 ? (byte) '/' : ref[i - 1];
            if (each >= 0 && each <= ' ' || each == 0x7f || each == '\\' || each == ':' || each == '~' || each == '^') {
                return false;
            }
            if (before == '/' && (each == '/' || each == '.') || before == '.' && each == '.') {
                return false;
            }
        }
        return true;
    }

    private byte[] small(int directory, String name) {
        return read(directory, Durable.bytes(name), SMALL_FILE);
    }

    /** A regular file's first {@code limit} bytes; empty when it is anything else. */
    private byte[] read(int directory, byte[] name, int limit) {
        if (name.length == 0 || name.length > 255) {
            return new byte[0];
        }
        int file = fs.open(directory, name, Fs.OPEN_FILE);
        if (file < 0) {
            return new byte[0];
        }
        try {
            if (fs.stat(file) < 0 || fs.type() != Fs.S_IFREG || fs.size() > limit) {
                return new byte[0];
            }
            byte[] content = new byte[(int) fs.size()];
            byte[] part = new byte[Math.min(content.length, 128 * 1024)];
            int length = 0;
            while (length < content.length) {
                int got = fs.read(file, part, length);
                if (got <= 0) {
                    break;
                }
                System.arraycopy(part, 0, content, length, Math.min(got, content.length - length));
                length += got;
            }
            return length >= content.length ? content : Arrays.copyOf(content, length);
        } finally {
            Fs.close(file);
        }
    }

    /** What follows {@code prefix} on the first line, without white space at its end; empty when it does not begin so. */
    private static byte[] line(byte[] content, String prefix) {
        if (!startsWith(content, prefix)) {
            return new byte[0];
        }
        int end = 0;
        while (end < content.length && content[end] != '\n') {
            end++;
        }
        while (end > prefix.length() && (content[end - 1] == ' ' || content[end - 1] == '\r')) {
            end--;
        }
        return end <= prefix.length() && !prefix.isEmpty()
                ? new byte[0]
                : Arrays.copyOfRange(content, prefix.length(), end);
    }

    private static boolean startsWith(byte[] content, String prefix) {
        return content.length >= prefix.length()
                && Arrays.equals(content, 0, prefix.length(), Durable.bytes(prefix), 0, prefix.length());
    }
}
