/** Watches a project tree, reads it against an adversary, and keeps the evidence. */
@NullMarked
package dev.gleisner.adapters.audit;

import org.jspecify.annotations.NullMarked;
