package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.ports.GleisnerException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Files that are either whole or not there, and directories of this user alone. */
final class Durable {
    private static final int PRIVATE_FILE = 0600;
    private static final int PRIVATE_DIRECTORY = 0700;

    private Durable() {}

    /** Opens {@code directory}, which is no symbolic link; the caller closes the descriptor. */
    static int directory(Fs fs, Path directory) throws GleisnerException.StorageFailed {
        return Failures.check(fs.openRoot(PathBytes.of(directory), Fs.O_RDONLY), "open", directory);
    }

    /** Makes {@code directory} with mode 0700 when it is not there, and its parents likewise. */
    static void makeDirectories(Fs fs, Path directory) throws GleisnerException.StorageFailed {
        Path parent = directory.getParent();
        int result = fs.makeDirectory(Fs.AT_FDCWD, PathBytes.of(directory), PRIVATE_DIRECTORY);
        if (result == -Errno.ENOENT && parent != null) {
            makeDirectories(fs, parent);
            result = fs.makeDirectory(Fs.AT_FDCWD, PathBytes.of(directory), PRIVATE_DIRECTORY);
        }
        if (result != -Errno.EEXIST) {
            Failures.check(result, "make the directory", directory);
        }
    }

    /** Opens a file of ours to read and append, and makes it with mode 0600 when it is not there. */
    static int appendable(Fs fs, int directory, String name, Path shown, int moreFlags)
            throws GleisnerException.StorageFailed {
        int flags = Fs.O_RDWR | Fs.O_CREAT | Fs.O_APPEND | Fs.O_NOFOLLOW | moreFlags;
        return Failures.check(fs.open(directory, bytes(name), flags, PRIVATE_FILE), "open", shown);
    }

    /** Writes a file aside, flushes it to disk and gives it its name; the directory is not flushed. */
    static void replace(Fs fs, int directory, String name, byte[] content, Path shown)
            throws GleisnerException.StorageFailed {
        write(fs, directory, name, "." + name + ".new", content, shown, true);
    }

    /**
     * The same without flushing: survives the death of this process, but not always that of the machine.
     *
     * @param asideName name for the time of writing; its own for files that two sessions may write at once
     */
    static void put(Fs fs, int directory, String name, String asideName, byte[] content, Path shown)
            throws GleisnerException.StorageFailed {
        write(fs, directory, name, asideName, content, shown, false);
    }

    private static void write(
            Fs fs, int directory, String name, String asideName, byte[] content, Path shown, boolean flush)
            throws GleisnerException.StorageFailed {
        byte[] aside = bytes(asideName);
        int file = create(fs, directory, aside, shown);
        try {
            Failures.check(fs.write(file, content, content.length), "write", shown);
            if (flush) {
                Failures.check(Fs.syncData(file), "flush", shown);
            }
        } finally {
            Fs.close(file);
        }
        Failures.check(fs.rename(directory, aside, bytes(name)), "rename", shown);
    }

    /** Gives the content of a file that is on disk a second name, in place of what had it. */
    static void link(Fs fs, int directory, String from, String to, Path shown) throws GleisnerException.StorageFailed {
        byte[] aside = bytes("." + to + ".new");
        int gone = fs.unlink(directory, aside);
        if (gone != -Errno.ENOENT) {
            Failures.check(gone, "remove the rest of an earlier attempt at", shown);
        }
        Failures.check(fs.link(directory, bytes(from), aside), "link", shown);
        Failures.check(fs.rename(directory, aside, bytes(to)), "rename", shown);
    }

    /** Makes a fresh file with mode 0600 under a name that may be taken by the rest of an earlier attempt. */
    static int create(Fs fs, int directory, byte[] name, Path shown) throws GleisnerException.StorageFailed {
        int gone = fs.unlink(directory, name);
        if (gone != -Errno.ENOENT) {
            Failures.check(gone, "remove the rest of an earlier attempt at", shown);
        }
        int flags = Fs.O_RDWR | Fs.O_CREAT | Fs.O_EXCL | Fs.O_NOFOLLOW;
        return Failures.check(fs.open(directory, name, flags, PRIVATE_FILE), "create", shown);
    }

    static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
