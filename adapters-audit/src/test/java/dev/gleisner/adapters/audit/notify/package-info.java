@org.jspecify.annotations.NullMarked
package dev.gleisner.adapters.audit.notify;
