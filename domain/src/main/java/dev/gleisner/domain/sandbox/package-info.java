/** The effective policy of one run and what was measured of it. */
@NullMarked
package dev.gleisner.domain.sandbox;

import org.jspecify.annotations.NullMarked;
