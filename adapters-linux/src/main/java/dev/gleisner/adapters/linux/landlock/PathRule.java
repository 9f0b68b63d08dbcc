package dev.gleisner.adapters.linux.landlock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One {@code LANDLOCK_RULE_PATH_BENEATH}: open {@code path} with {@code O_PATH|O_CLOEXEC} (following symbolic links)
 * after pivot_root(2), add the rule, close.
 *
 * @param path absolute, as inside the sandbox
 * @param access {@code allowed_access}; never 0, never more than the ruleset handles
 * @param directory whether the path is expected to be a directory; otherwise only rights of files are in
 *     {@code access}, so that the kernel refuses (EINVAL) what grants more than was meant
 * @param why what the rule is for, in words
 */
public record PathRule(String path, long access, boolean directory, String why) {
    /** {@code struct landlock_path_beneath_attr} with the descriptor that the path was opened as. */
    public byte[] attr(int parentFd) {
        return pathBeneath(access, parentFd);
    }

    static byte[] pathBeneath(long access, int parentFd) {
        return ByteBuffer.allocate(LandlockUapi.PATH_BENEATH_SIZE)
                .order(ByteOrder.nativeOrder())
                .putLong(access)
                .putInt(parentFd)
                .array();
    }
}
