/** The sensor that sees system calls through seccomp user notification. */
@NullMarked
package dev.gleisner.adapters.audit.notify;

import org.jspecify.annotations.NullMarked;
