/** Keeps secrets out of records. */
@NullMarked
package dev.gleisner.domain.redact;

import org.jspecify.annotations.NullMarked;
