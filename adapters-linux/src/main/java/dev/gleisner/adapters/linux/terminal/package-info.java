/** Terminals and pipes between the command and the person who started it. */
@NullMarked
package dev.gleisner.adapters.linux.terminal;

import org.jspecify.annotations.NullMarked;
