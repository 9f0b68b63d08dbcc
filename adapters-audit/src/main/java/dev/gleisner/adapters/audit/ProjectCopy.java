package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Puts copies into {@code .gleisner} of a project that an adversary has written: every step is relative to a directory
 * that was opened without following a symbolic link, and every file is new.
 */
final class ProjectCopy {
    private static final byte[] DIRECTORY = Durable.bytes(".gleisner");

    private final Path shown;

    ProjectCopy(Path project) {
        shown = project.resolve(".gleisner");
    }

    /** Copies a record; the reason when that cannot be done. */
    Optional<String> put(Fs fs, String sessionId, byte[] bundle, byte[] head, Optional<byte[]> trace, Path log) {
        int root = -1;
        int directory = -1;
        try {
            root = Failures.check(
                    fs.openRoot(PathBytes.of(shown.resolveSibling("")), Fs.O_RDONLY), "open the project of", shown);
            int made = fs.makeDirectory(root, DIRECTORY, 0700);
            if (made != -Errno.EEXIST) {
                Failures.check(made, "make the directory", shown);
            }
            directory = fs.open(root, DIRECTORY, Fs.OPEN_DIRECTORY);
            if (directory == -Errno.ELOOP || directory == -Errno.ENOTDIR) {
                return Optional.of(shown + " is a symbolic link or a file, so the record was not copied there;"
                        + " remove it to get copies");
            }
            Failures.check(directory, "open", shown);
            // The log and the trace first: whoever finds a bundle finds what it binds.
            copyLog(fs, directory, ChainFile.logName(sessionId), log);
            if (trace.isPresent()) {
                file(fs, directory, ChainFile.traceName(sessionId), trace.get());
            }
            file(fs, directory, ChainFile.bundleName(sessionId), bundle);
            file(fs, directory, ChainFile.HEAD, head);
            return Optional.empty();
        } catch (GleisnerException e) {
            return Optional.of("the record was not copied: " + e.getMessage() + "; " + e.fix());
        } finally {
            Fs.close(directory);
            Fs.close(root);
        }
    }

    private void file(Fs fs, int directory, String name, byte[] content) throws GleisnerException {
        Durable.put(fs, directory, name, "." + name + ".new", content, shown.resolve(name));
    }

    private void copyLog(Fs fs, int directory, String name, Path log) throws GleisnerException {
        Path to = shown.resolve(name);
        byte[] aside = Durable.bytes("." + name + ".new");
        int from = Failures.check(fs.open(Fs.AT_FDCWD, PathBytes.of(log), Fs.OPEN_FILE), "open", log);
        int file = -1;
        try {
            file = Durable.create(fs, directory, aside, to);
            byte[] buffer = new byte[64 * 1024];
            long at = 0;
            for (int got; (got = Failures.check(fs.read(from, buffer, at), "read", log)) > 0; at += got) {
                Failures.check(fs.write(file, buffer, got), "write", to);
            }
        } finally {
            Fs.close(file);
            Fs.close(from);
        }
        Failures.check(fs.rename(directory, aside, Durable.bytes(name)), "rename", to);
    }
}
