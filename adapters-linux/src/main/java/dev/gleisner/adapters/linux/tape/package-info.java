/** The plan that init executes: an ordered list of system calls as plain data. Nothing in here touches the kernel. */
@NullMarked
package dev.gleisner.adapters.linux.tape;

import org.jspecify.annotations.NullMarked;
