/** Content digests under their in-toto names. */
@NullMarked
package dev.gleisner.domain.digest;

import org.jspecify.annotations.NullMarked;
