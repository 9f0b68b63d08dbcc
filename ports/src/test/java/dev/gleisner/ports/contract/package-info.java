/** What every adapter's tests share. */
@NullMarked
package dev.gleisner.ports.contract;

import org.jspecify.annotations.NullMarked;
