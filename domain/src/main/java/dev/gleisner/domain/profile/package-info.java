/** Sandbox profiles as written by people. */
@NullMarked
package dev.gleisner.domain.profile;

import org.jspecify.annotations.NullMarked;
