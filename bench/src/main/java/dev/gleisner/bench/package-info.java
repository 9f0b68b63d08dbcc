/** Benchmarks: JMH for the hot paths, whole processes against other sandboxes. */
@NullMarked
package dev.gleisner.bench;

import org.jspecify.annotations.NullMarked;
