/** Checks, policies and their outcomes. */
@NullMarked
package dev.gleisner.domain.verify;

import org.jspecify.annotations.NullMarked;
