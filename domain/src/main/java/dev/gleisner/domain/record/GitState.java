package dev.gleisner.domain.record;

import dev.gleisner.domain.digest.Digest;
import java.util.Optional;

/**
 * Where a repository stood before the session, read from its files without running git.
 *
 * @param head what HEAD names, such as {@code refs/heads/main}; empty when detached
 * @param commit the commit, when there is one yet
 */
public record GitState(Optional<String> head, Optional<Digest> commit) {}
