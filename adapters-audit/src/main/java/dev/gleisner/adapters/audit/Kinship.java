package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/**
 * Tells processes of a session from all others: those of the session descend from one process. A process whose parent
 * dies goes to the sandbox's init or to a subreaper among its ancestors, so none can leave.
 *
 * <p>Owns its buffers: one object for one thread.
 */
final class Kinship implements AutoCloseable {

    /** Whether a process belongs to the session. */
    enum Answer {
        YES,
        NO,
        /** It has ended: nobody can say any more. */
        GONE
    }

    /** More ancestors than any process has; ends the walk should numbers be used again meanwhile. */
    private static final int MOST_ANCESTORS = 4096;

    private static final int STAT_ROOM = 1024;

    private final Fs fs = new Fs();
    private final byte[] stat = new byte[STAT_ROOM];
    private final long root;
    private final long self;

    /**
     * @param root the process that all of the session descend from; see {@link #rootOf}
     * @param self this process
     */
    Kinship(long root, long self) {
        this.root = root;
        this.self = self;
    }

    /**
     * The process that all of a session descend from: the ancestor of the command that this process started, such as
     * the sandbox's first process, or the command itself when there is none. It has to be asked for while both live.
     */
    static long rootOf(long command, long self) {
        try (Kinship walk = new Kinship(command, self)) {
            long at = command;
            for (int i = 0; i < MOST_ANCESTORS && at > 1; i++) {
                OptionalLong parent = walk.parent(at);
                if (parent.isEmpty()) {
                    return command;
                }
                if (parent.getAsLong() == self) {
                    return at;
                }
                at = parent.getAsLong();
            }
            return command;
        }
    }

    /** Whether {@code pid}, as the host numbers it, belongs to the session. */
    Answer of(long pid) {
        for (int attempt = 0; attempt < 3; attempt++) {
            long at = pid;
            for (int i = 0; i < MOST_ANCESTORS; i++) {
                if (at == root) {
                    return Answer.YES;
                }
                if (at <= 1 || at == self) {
                    return Answer.NO;
                }
                OptionalLong parent = parent(at);
                if (parent.isEmpty()) {
                    break; // it, or an ancestor while we looked, has ended
                }
                at = parent.getAsLong();
            }
            if (at == pid) {
                return Answer.GONE;
            }
        }
        return Answer.GONE;
    }

    /** The parent of a process; empty when that has been reaped. */
    private OptionalLong parent(long pid) {
        int descriptor =
                fs.open(Fs.AT_FDCWD, ("/proc/" + pid + "/stat").getBytes(StandardCharsets.US_ASCII), Fs.O_RDONLY);
        if (descriptor < 0) {
            assert descriptor == -Errno.ENOENT || descriptor == -Errno.ESRCH || descriptor == -Errno.EMFILE
                    : descriptor;
            return OptionalLong.empty();
        }
        int length = fs.read(descriptor, stat, 0);
        Fs.close(descriptor);
        // pid (comm) state ppid ...: the name may hold anything, also a parenthesis
        int at = length - 1;
        while (at >= 0 && stat[at] != ')') {
            at--;
        }
        at += 4;
        long parent = 0;
        while (at >= 4 && at < length && stat[at] >= '0' && stat[at] <= '9') {
            parent = parent * 10 + stat[at] - '0';
            at++;
        }
        return length <= 0 ? OptionalLong.empty() : OptionalLong.of(parent);
    }

    @Override
    public void close() {
        fs.close();
    }
}
