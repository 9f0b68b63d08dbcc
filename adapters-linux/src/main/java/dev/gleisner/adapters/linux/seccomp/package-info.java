/**
 * Builds seccomp programs: policy in, bytes for the kernel out.
 *
 * <p>Pure computation. Nothing here talks to the kernel; the sibling package loads the bytes. Which calls are allowed
 * is data (the {@code .tsv} files beside this package), and every line there carries its reason.
 *
 * @spec https://man7.org/linux/man-pages/man2/seccomp.2.html seccomp(2)
 * @spec https://docs.kernel.org/userspace-api/seccomp_filter.html Seccomp BPF
 */
@NullMarked
package dev.gleisner.adapters.linux.seccomp;

import org.jspecify.annotations.NullMarked;
