/** Keys, envelopes, bundles, verification and policies. */
@NullMarked
package dev.gleisner.adapters.signing;

import org.jspecify.annotations.NullMarked;
