package dev.gleisner.profiles;

import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;

/** Refuses profiles that somebody else could have written. */
final class FileTrust {
    private FileTrust() {}

    /**
     * Checks one file or directory, links followed.
     *
     * @throws GleisnerException.BadInput when its group or everybody can write it, or when it belongs to neither root
     *     nor the caller
     */
    static void check(Path path) throws GleisnerException {
        try {
            PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
            for (PosixFilePermission each : attributes.permissions()) {
                if (each == PosixFilePermission.GROUP_WRITE || each == PosixFilePermission.OTHERS_WRITE) {
                    throw new GleisnerException.BadInput(
                            "the profile at " + path + " cannot be trusted",
                            (each == PosixFilePermission.GROUP_WRITE ? "its group" : "everybody") + " can change it",
                            "run `chmod go-w " + path + "` after reading it");
                }
            }
            Object owner = Files.getAttribute(path, "unix:uid");
            if (!owner.equals(0) && !owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw new GleisnerException.BadInput(
                        "the profile at " + path + " cannot be trusted",
                        "it belongs to " + attributes.owner() + ", who is neither root nor you",
                        "run `chown root " + path + "` as root after reading it, or copy it");
            }
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "cannot tell who may change " + path,
                    e.getClass().getSimpleName() + ": " + e.getMessage(),
                    "make it readable for you, or take it out of the way",
                    e);
        }
    }
}
