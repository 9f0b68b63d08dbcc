package dev.gleisner.adapters.linux.cgroup;

import dev.gleisner.adapters.linux.sys.SyscallException;
import java.util.List;
import java.util.Optional;

/** The few things that are done to a cgroup file system; tests invent kernels behind it. Paths are absolute. */
interface CgroupFs {
    /** What the file says, without white space at its end; empty when it is not there or cannot be read. */
    Optional<String> read(String file);

    /** Writes to a file that exists, in one call. */
    void write(String file, String text) throws SyscallException;

    /** Whether the caller may write to that file or directory. */
    boolean writable(String path);

    /** Makes a group. */
    void make(String group) throws SyscallException;

    /** Removes an empty group. */
    void remove(String group) throws SyscallException;

    /** Names of the groups in that group; empty when there are none or it cannot be listed. */
    List<String> children(String group);
}
