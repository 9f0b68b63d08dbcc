package dev.gleisner.domain.record;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.FileUri;
import dev.gleisner.domain.json.Json;
import java.util.Optional;

/** Something outside of the project that the session read or ran. */
public sealed interface SystemDependency {

    /** An in-toto ResourceDescriptor. */
    Json toJson();

    /**
     * All files below a directory that were used.
     *
     * @param directory absolute
     * @param files how many
     * @param paths SHA-256 over their paths in ascending order, each with a line feed
     */
    record Group(String directory, long files, Digest paths) implements SystemDependency {
        @Override
        public Json toJson() {
            return Json.object()
                    .put("uri", FileUri.of(directory))
                    .put("annotations", annotations(files, paths))
                    .build();
        }
    }

    /**
     * All files of an installed package that were used.
     *
     * @param purl the package's URL, such as {@code pkg:deb/debian/gcc-12@12.2.0-14?arch=amd64}
     * @param files how many
     * @param paths as in {@link Group}
     */
    record InstalledPackage(String purl, long files, Digest paths) implements SystemDependency {
        @Override
        public Json toJson() {
            return Json.object()
                    .put("uri", purl)
                    .put("annotations", annotations(files, paths))
                    .build();
        }
    }

    /**
     * A single file.
     *
     * @param path absolute, as the sandbox has it
     * @param digest of its content after the last process had ended; empty when it was not asked for or could not be
     *     had
     */
    record File(String path, Optional<Digest> digest) implements SystemDependency {
        @Override
        public Json toJson() {
            return Json.object()
                    .put("uri", FileUri.of(path))
                    .put("digest", digest.map(Digest::toJson))
                    .put(
                            "annotations",
                            Json.object()
                                    .put(
                                            "gleisner_binding",
                                            digest.isPresent() ? BoundFile.Binding.AT_EXIT.key() : "none"))
                    .build();
        }
    }

    private static Json.Builder annotations(long files, Digest paths) {
        return Json.object().put("gleisner_files", files).put("gleisner_paths_digest", paths.toJson());
    }
}
