/** What a session's events say together: who ran, and what each process did. */
@NullMarked
package dev.gleisner.domain.activity;

import org.jspecify.annotations.NullMarked;
