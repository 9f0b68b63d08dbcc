/** Tests of the backends in real sandboxes. */
package dev.gleisner.adapters.linux;
