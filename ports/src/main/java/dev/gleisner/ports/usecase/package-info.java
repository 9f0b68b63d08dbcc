/** What Gleisner does, told in terms of ports only. */
@NullMarked
package dev.gleisner.ports.usecase;

import org.jspecify.annotations.NullMarked;
