package dev.gleisner.domain.record;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;

/**
 * A file with its content's digest and how the two came together.
 *
 * @param name relative to the project
 * @param digest of the content
 * @param binding when the digest was taken
 */
public record BoundFile(String name, Digest digest, Binding binding) {

    /** When a digest was taken; a file may have had other content at other times. */
    public enum Binding {
        /** After the last process of the session had ended. */
        AT_EXIT("at-exit"),
        /** Before the command was released. */
        SNAPSHOT("snapshot");

        private final String key;

        Binding(String key) {
            this.key = key;
        }

        /** The word in statements. */
        public String key() {
            return key;
        }
    }

    /** An in-toto ResourceDescriptor. */
    public Json toJson() {
        return Json.object()
                .put("name", name)
                .put("digest", digest.toJson())
                .put("annotations", Json.object().put("gleisner_binding", binding.key()))
                .build();
    }
}
