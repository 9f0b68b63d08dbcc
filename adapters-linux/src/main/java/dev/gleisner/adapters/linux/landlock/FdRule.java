package dev.gleisner.adapters.linux.landlock;

/**
 * A {@code LANDLOCK_RULE_PATH_BENEATH} for a descriptor that the command inherits, so that {@code /dev/stdout} can be
 * opened again when it is a file outside of the sandbox. It grants what the descriptor has anyway.
 *
 * @param fd the descriptor as the command gets it
 * @param access {@code allowed_access}
 * @param why what the rule is for, in words
 */
public record FdRule(int fd, long access, String why) {
    /** {@code struct landlock_path_beneath_attr}. */
    public byte[] attr() {
        return PathRule.pathBeneath(access, fd);
    }
}
