package dev.gleisner.ports.usecase;

import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads evidence files that may come from strangers: sizes are bounded. */
final class EvidenceFiles {
    /** How bundles are named. */
    static final String BUNDLE_SUFFIX = ".sigstore.json";

    /** How the bundles of traces are named, which are no records. */
    static final String TRACE_SUFFIX = ".trace.sigstore.json";

    /** A statement about a million files is about 200 MB; what is larger was not made by us. */
    static final long MAX_BUNDLE_BYTES = 256L << 20;

    private EvidenceFiles() {}

    /** The bytes of a bundle. */
    static byte[] bundle(Path file) throws GleisnerException {
        return read(
                file,
                "bundle",
                "name a bundle, such as one in .gleisner/, or leave it out to take the project's newest record",
                "name a file that ends in " + BUNDLE_SUFFIX);
    }

    /** The bytes of the proof of one line. */
    static byte[] proof(Path file) throws GleisnerException {
        String fix = "name a file that `gleisner prove` wrote";
        return read(file, "proof", fix, fix);
    }

    private static byte[] read(Path file, String kind, String absent, String irregular) throws GleisnerException {
        try {
            long size = Files.size(file);
            if (!Files.isRegularFile(file)) {
                throw new GleisnerException.BadInput(kind + " " + file, "not a regular file", irregular);
            }
            if (size > MAX_BUNDLE_BYTES) {
                throw new GleisnerException.EvidenceRejected(
                        kind + ".size",
                        kind + " " + file,
                        size + " bytes are more than " + MAX_BUNDLE_BYTES,
                        "look at the file; Gleisner writes none of that size");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            throw new GleisnerException.BadInput(kind + " " + file, "there is no such file", absent);
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(kind + " " + file, e.toString(), "make the file readable", e);
        }
    }

    /** The bundles of records in a directory, by name. */
    static List<Path> bundles(Path directory) throws GleisnerException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*" + BUNDLE_SUFFIX)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry) && !entry.toString().endsWith(TRACE_SUFFIX)) {
                    found.add(entry);
                }
            }
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "directory " + directory, e.toString(), "make the directory readable", e);
        }
        Collections.sort(found);
        return found;
    }
}
