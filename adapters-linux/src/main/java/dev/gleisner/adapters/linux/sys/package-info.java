/**
 * The one door to the kernel: system calls with Java types on this side. Exported to the audit adapters, which need
 * the same door, and to nobody else (docs/adr/0002).
 */
@NullMarked
package dev.gleisner.adapters.linux.sys;

import org.jspecify.annotations.NullMarked;
