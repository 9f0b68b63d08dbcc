/** in-toto statements with SLSA provenance. */
@NullMarked
package dev.gleisner.domain.statement;

import org.jspecify.annotations.NullMarked;
