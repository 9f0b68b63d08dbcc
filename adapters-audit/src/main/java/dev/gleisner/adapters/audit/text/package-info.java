/** What kernel structures are in the log's words. */
@NullMarked
package dev.gleisner.adapters.audit.text;

import org.jspecify.annotations.NullMarked;
