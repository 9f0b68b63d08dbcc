/** Whole sessions, from the command line to the verdict. */
@NullMarked
package dev.gleisner.cli.e2e;

import org.jspecify.annotations.NullMarked;
