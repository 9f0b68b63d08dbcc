/** The bundled profiles and the strict reader of profile files. */
@NullMarked
package dev.gleisner.profiles;

import org.jspecify.annotations.NullMarked;
