/** What a sensor saw. */
@NullMarked
package dev.gleisner.domain.event;

import org.jspecify.annotations.NullMarked;
