/** Everything a session's statement is made from. */
@NullMarked
package dev.gleisner.domain.record;

import org.jspecify.annotations.NullMarked;
