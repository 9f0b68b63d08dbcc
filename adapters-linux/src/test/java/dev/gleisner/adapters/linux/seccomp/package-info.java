@NullMarked
package dev.gleisner.adapters.linux.seccomp;

import org.jspecify.annotations.NullMarked;
