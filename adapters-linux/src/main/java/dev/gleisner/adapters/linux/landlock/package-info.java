/**
 * Landlock: which rights a kernel knows, which rules a policy needs, and the bytes of both. Pure data; the tape makes
 * the calls.
 */
@NullMarked
package dev.gleisner.adapters.linux.landlock;

import org.jspecify.annotations.NullMarked;
