package dev.gleisner.domain.record;

import dev.gleisner.domain.digest.Digest;
import java.util.Optional;

/**
 * A regular file at one moment.
 *
 * @param path relative to the project, with {@code /}, as in {@link dev.gleisner.domain.event.PathText}
 * @param sizeBytes length of the content
 * @param mode permission bits
 * @param changed a token that differs when inode, size, mtime or ctime differ
 * @param digest of the content, when it was hashed
 */
public record FileState(String path, long sizeBytes, int mode, String changed, Optional<Digest> digest) {}
