package dev.gleisner.domain.record;

/**
 * Which system calls of the command wait for a sensor before the kernel carries them out.
 *
 * @spec https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html seccomp_unotify(2)
 */
public enum Traps {
    /** None. */
    NONE,
    /** Those that start a program, change the tree of files, open a file for writing, connect or bind. */
    CHANGES,
    /** Those, and every other opening of a file. */
    ALL
}
