/** Starts init with a tape, and hears what it reports. */
@NullMarked
package dev.gleisner.adapters.linux.spawn;

import org.jspecify.annotations.NullMarked;
