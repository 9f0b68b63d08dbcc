/** The plain constants against the generated bindings. */
package dev.gleisner.adapters.linux.sys;
