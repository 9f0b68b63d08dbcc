package dev.gleisner.adapters.signing;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.GleisnerException.BadInput;
import dev.gleisner.ports.GleisnerException.StorageFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Reads and writes key files with the care that they need. Reading is on the way of every signature, so no set of
 * enum constants is made there: the first one costs a cold process 10 ms of reflection.
 */
final class KeyFiles {
    /** A P-256 key in PEM has less than a kilobyte. */
    private static final int MAX_BYTES = 64 << 10;

    private KeyFiles() {}

    /** The text of a private key's file, which nobody but its owner may be able to read. */
    static String readSecret(Path file) throws GleisnerException {
        Set<PosixFilePermission> permissions = attributes(file).permissions();
        for (PosixFilePermission each : permissions) {
            if (each != PosixFilePermission.OWNER_READ
                    && each != PosixFilePermission.OWNER_WRITE
                    && each != PosixFilePermission.OWNER_EXECUTE) {
                throw new BadInput(
                        "the private key " + file,
                        "others than its owner can use it (" + PosixFilePermissions.toString(permissions) + ")",
                        "chmod 600 " + file + "; if anybody may have copied it, make a new key instead");
            }
        }
        return read(file);
    }

    /** The text of a public key's file. */
    static String readPublic(Path file) throws GleisnerException {
        attributes(file);
        return read(file);
    }

    /** Refuses a file or directory that others may write to: what is in it decides what is trusted. */
    static void refuseWritableByOthers(Path path) throws GleisnerException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                    || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new BadInput(
                        path.toString(),
                        "others than its owner can change what is trusted ("
                                + PosixFilePermissions.toString(permissions) + ")",
                        "look through it, then chmod go-w " + path);
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static PosixFileAttributes attributes(Path file) throws GleisnerException {
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            if (!attributes.isRegularFile()) { // a pipe or a device could block or never end
                throw new BadInput("the key " + file, "not a regular file", "give the path of a PEM file");
            }
            if (attributes.size() > MAX_BYTES) {
                throw new BadInput(
                        "the key " + file,
                        attributes.size() + " bytes are too many for a key; the limit is " + MAX_BYTES,
                        "give a file with one P-256 key in PEM");
            }
            return attributes;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String read(Path file) throws GleisnerException {
        try {
            // ISO 8859-1 maps every byte; anything that is not ASCII then fails as PEM.
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static GleisnerException unreadable(Path file, IOException e) {
        return e instanceof NoSuchFileException
                ? new BadInput(
                        "the key " + file, "there is no such file", "check the path; gleisner key list shows the ring")
                : new StorageFailed("reading " + file, reason(e), "make it readable for you, or give another key", e);
    }

    /** Makes a directory that only its owner can look into; one that is there is left as it is. */
    static void makeDirectory(Path directory) throws StorageFailed {
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new StorageFailed(
                    "making the directory " + directory, reason(e), "make it yourself, with mode 0700", e);
        }
    }

    /**
     * Writes a new file, mode 0600, that is either there in full or not at all, also after a power cut.
     *
     * @return false when a file of that name is there already; it is left as it is
     */
    static boolean writeNew(Path file, String text) throws StorageFailed {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new StorageFailed("writing " + file, "it has no directory", "give another path", null);
        }
        makeDirectory(directory);
        // The process's id alone is reused after a crash, and threads share it.
        Path aside = directory.resolve("." + file.getFileName() + "."
                + ProcessHandle.current().pid() + "."
                + Thread.currentThread().threadId() + "." + Long.toHexString(System.nanoTime()));
        FileAttribute<Set<PosixFilePermission>> mode =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            try (FileChannel channel =
                    FileChannel.open(aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            try {
                // link(2) fails when the name is taken, where rename(2) would replace a key that another
                // process has just made and signed with.
                Files.createLink(file, aside);
            } finally {
                Files.delete(aside);
            }
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            if (aside.toString().equals(e.getFile())) {
                throw new StorageFailed(
                        "writing " + file, "a half-written " + aside + " is in the way", "delete that file", e);
            }
            return false;
        } catch (IOException | UnsupportedOperationException e) {
            throw new StorageFailed(
                    "writing " + file, reason(e), "check the directory's permissions and free space", e);
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }
}
