/** Control groups on invented kernels and on this one. */
package dev.gleisner.adapters.linux.cgroup;
