/** Immutable JSON values and their canonical form. */
@NullMarked
package dev.gleisner.domain.json;

import org.jspecify.annotations.NullMarked;
