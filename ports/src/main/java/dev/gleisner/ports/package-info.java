/** Ports: providers, what they create, and the errors they raise. */
@NullMarked
package dev.gleisner.ports;

import org.jspecify.annotations.NullMarked;
