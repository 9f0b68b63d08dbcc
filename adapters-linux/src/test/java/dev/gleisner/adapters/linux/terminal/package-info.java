/** Terminals, pipes and the filter, with real pseudo-terminals. */
package dev.gleisner.adapters.linux.terminal;
