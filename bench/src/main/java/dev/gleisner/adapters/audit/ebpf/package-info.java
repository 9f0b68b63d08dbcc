/** Benchmarks of classes that nobody outside their package can see. */
@NullMarked
package dev.gleisner.adapters.audit.ebpf;

import org.jspecify.annotations.NullMarked;
