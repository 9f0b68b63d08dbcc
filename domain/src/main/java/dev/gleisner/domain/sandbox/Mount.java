package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.json.Json;
import java.nio.charset.StandardCharsets;

/** One entry of the file tree that the command sees; paths are absolute and normal. */
public sealed interface Mount {

    /** Where it is inside. */
    String target();

    /** Why it is there. */
    String reason();

    /**
     * A host file or directory, with all that is mounted below it.
     *
     * @param source the path on the host; symbolic links resolved
     * @param readOnly whether nothing below it can be written
     */
    record Bind(String source, String target, boolean readOnly, String reason) implements Mount {}

    /**
     * An empty writable directory that vanishes at the end.
     *
     * @param sizeBytes how much it takes; 0 for the kernel's default
     * @param mode permission bits of its root
     */
    record Tmpfs(String target, long sizeBytes, int mode, String reason) implements Mount {}

    /** An empty directory that cannot be written, over whatever the target would be. */
    record MaskDirectory(String target, String reason) implements Mount {}

    /** An empty file that cannot be written, over whatever the target would be. */
    record MaskFile(String target, String reason) implements Mount {}

    /** A read-only file with content of our own. */
    record SyntheticFile(String target, String content, String reason) implements Mount {}

    /** A symbolic link in a directory that the sandbox itself made, such as {@code /bin} to {@code usr/bin}. */
    record Symlink(String target, String linkTo, String reason) implements Mount {}

    /** Its form in the effective policy; reasons are for people and not part of it. */
    default Json toJson() {
        return switch (this) {
            case Bind(var source, var target, var readOnly, var _) ->
                Json.object()
                        .put("type", "bind")
                        .put("source", source)
                        .put("target", target)
                        .put("readOnly", readOnly)
                        .build();
            case Tmpfs(var target, var sizeBytes, var mode, var _) ->
                Json.object()
                        .put("type", "tmpfs")
                        .put("target", target)
                        .put("sizeBytes", sizeBytes)
                        .put("mode", Integer.toOctalString(mode))
                        .build();
            case MaskDirectory(var target, var _) ->
                Json.object().put("type", "maskDirectory").put("target", target).build();
            case MaskFile(var target, var _) ->
                Json.object().put("type", "maskFile").put("target", target).build();
            case SyntheticFile(var target, var content, var _) ->
                Json.object()
                        .put("type", "syntheticFile")
                        .put("target", target)
                        .put(
                                "digest",
                                Digest.sha256(content.getBytes(StandardCharsets.UTF_8))
                                        .toJson())
                        .build();
            case Symlink(var target, var linkTo, var _) ->
                Json.object()
                        .put("type", "symlink")
                        .put("target", target)
                        .put("linkTo", linkTo)
                        .build();
        };
    }
}
