/** The ebpf sensor: programs in the kernel that tell of processes, files and sockets through a ring in shared memory. */
@NullMarked
package dev.gleisner.adapters.audit.ebpf;

import org.jspecify.annotations.NullMarked;
