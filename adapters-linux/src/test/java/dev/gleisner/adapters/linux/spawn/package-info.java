/** Init itself, with small tapes. */
package dev.gleisner.adapters.linux.spawn;
