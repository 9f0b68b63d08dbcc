package dev.gleisner.domain.profile;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One mechanism of the kernel that confines the command by itself, whatever becomes of the others. The key of a
 * layer in {@code [layers]} is its name in lower case.
 */
public enum Layer {
    /** user_namespaces(7): no privilege outside, ids mapped one to one. */
    USER_NAMESPACE,
    /** mount_namespaces(7) with pivot_root(2) onto a private tmpfs. */
    MOUNT_NAMESPACE,
    /** pid_namespaces(7): only own processes exist; all die with the first one. */
    PID_NAMESPACE,
    /** network_namespaces(7). */
    NETWORK_NAMESPACE,
    /** ipc_namespaces(7): System V IPC and POSIX message queues. */
    IPC_NAMESPACE,
    /** uts_namespaces(7): host name. */
    UTS_NAMESPACE,
    /** cgroup_namespaces(7). */
    CGROUP_NAMESPACE,
    /** time_namespaces(7): monotonic and boot clocks. */
    TIME_NAMESPACE,
    /** No capability in any set, no bounding set, no_new_privs (capabilities(7), PR_SET_NO_NEW_PRIVS(2const)). */
    CAPABILITIES,
    /** landlock(7). */
    LANDLOCK,
    /** seccomp(2) filter. */
    SECCOMP,
    /** cgroups(7) version 2 limits. */
    CGROUPS,
    /** setrlimit(2) limits. */
    RLIMITS;

    /** The name in profiles and statements. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The layer with that key. */
    public static Optional<Layer> byKey(String key) {
        return Arrays.stream(values()).filter(each -> each.key().equals(key)).findFirst();
    }
}
