/** The receipt: one JSON document that says what a session did. */
@NullMarked
package dev.gleisner.domain.receipt;

import org.jspecify.annotations.NullMarked;
