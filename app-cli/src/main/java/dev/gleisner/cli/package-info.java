/** Entry point and what all commands share. */
@NullMarked
package dev.gleisner.cli;

import org.jspecify.annotations.NullMarked;
