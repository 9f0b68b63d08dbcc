/** Programs that say what they do, compared action by action with what each sensor recorded of them. */
@NullMarked
package dev.gleisner.cli.oracle;

import org.jspecify.annotations.NullMarked;
