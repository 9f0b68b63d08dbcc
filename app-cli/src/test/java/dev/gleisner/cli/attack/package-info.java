/** Attacks that must fail, each with its twin that succeeds without the sandbox. */
@NullMarked
package dev.gleisner.cli.attack;

import org.jspecify.annotations.NullMarked;
