/** One class for each command. */
@NullMarked
package dev.gleisner.cli.command;

import org.jspecify.annotations.NullMarked;
