/** What every adapter of a port must do, as tests that adapters extend. */
@org.jspecify.annotations.NullMarked
package dev.gleisner.ports.contract;
