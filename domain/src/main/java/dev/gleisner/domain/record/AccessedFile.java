package dev.gleisner.domain.record;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.FileUri;
import dev.gleisner.domain.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that the session touched.
 *
 * @param path absolute
 * @param name relative to the project; empty for a file outside of it
 * @param digest of its content, when it was taken
 * @param binding when that was; empty without a digest
 * @param read whether it was read
 * @param written whether it was written
 * @param deleted whether it was deleted
 */
public record AccessedFile(
        String path,
        Optional<String> name,
        Optional<Digest> digest,
        Optional<BoundFile.Binding> binding,
        boolean read,
        boolean written,
        boolean deleted) {

    /** An in-toto ResourceDescriptor that says how its digest was bound. */
    Json toJson() {
        List<String> access = new ArrayList<>();
        if (read) {
            access.add("read");
        }
        if (written) {
            access.add("write");
        }
        if (deleted) {
            access.add("delete");
        }
        return Json.object()
                .put("name", name.orElse(path))
                .put("uri", FileUri.of(path))
                .put("digest", digest.map(Digest::toJson))
                .put(
                        "annotations",
                        Json.object()
                                .put("gleisner_access", Json.strings(access))
                                .put(
                                        "gleisner_binding",
                                        binding.map(BoundFile.Binding::key).orElse("none")))
                .build();
    }
}
