/** Tapes for invented hosts. */
package dev.gleisner.adapters.linux.tape;
