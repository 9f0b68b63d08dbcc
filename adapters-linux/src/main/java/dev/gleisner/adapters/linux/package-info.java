/** The sandbox backends {@code native} and {@code none}, and the view of a Linux host. */
@NullMarked
package dev.gleisner.adapters.linux;

import org.jspecify.annotations.NullMarked;
