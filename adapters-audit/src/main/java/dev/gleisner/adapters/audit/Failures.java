package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Path;

/** Turns error numbers into errors that a person can act on. */
final class Failures {
    private Failures() {}

    /** Refuses a negated error number; gives back every other result. */
    static int check(int result, String what, Path where) throws GleisnerException.StorageFailed {
        if (result < 0) {
            throw storage(-result, what, where);
        }
        return result;
    }

    /** {@code what} failed with {@code errno} at {@code where}. */
    static GleisnerException.StorageFailed storage(int errno, String what, Path where) {
        String fix = switch (errno) {
            case Errno.ENOSPC -> "free space on the file system of " + where + ", or set XDG_STATE_HOME";
            case Errno.EACCES, Errno.EPERM -> "give this user the right to write " + where;
            case Errno.EROFS -> "set XDG_STATE_HOME to a directory that can be written";
            case Errno.EMFILE -> "raise the limit of open files (ulimit -n)";
            default -> "check " + where + " and its file system, then try again";
        };
        return new GleisnerException.StorageFailed(what + " " + where, Errno.describe(errno), fix, null);
    }
}
