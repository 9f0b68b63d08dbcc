/** Control groups, version 2: finding a subtree that is ours, limits in it, and what was used. */
@NullMarked
package dev.gleisner.adapters.linux.cgroup;

import org.jspecify.annotations.NullMarked;
