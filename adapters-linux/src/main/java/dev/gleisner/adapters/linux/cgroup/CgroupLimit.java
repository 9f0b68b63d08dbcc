package dev.gleisner.adapters.linux.cgroup;

/**
 * What became of one limit.
 *
 * @param file the control file, such as {@code pids.max}
 * @param wanted what was written
 * @param found what the file says afterwards, or why nothing could be written
 * @param held whether the limit is in force
 */
public record CgroupLimit(String file, String wanted, String found, boolean held) {}
