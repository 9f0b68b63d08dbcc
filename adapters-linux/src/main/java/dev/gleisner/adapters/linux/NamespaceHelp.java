package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.sys.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why user namespaces do not work on this host, and the setting that allows them. */
final class NamespaceHelp {
    private NamespaceHelp() {}

    /** What to do after unshare(2) failed with {@code errno}. */
    static String fix(int errno) {
        if (value("/proc/sys/kernel/unprivileged_userns_clone").equals("0")) {
            return "sysctl -w kernel.unprivileged_userns_clone=1";
        }
        if (value("/proc/sys/user/max_user_namespaces").equals("0")) {
            return "sysctl -w user.max_user_namespaces=15000";
        }
        if (value("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
            return "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or install an AppArmor profile that"
                    + " allows userns for java";
        }
        return switch (errno) {
            case Errno.ENOSPC -> "a limit of /proc/sys/user/max_*_namespaces is reached: raise it";
            case Errno.EINVAL ->
                "this kernel lacks one of the namespaces: make its layer best-effort, or update the kernel";
            default -> "a container or security module forbids namespaces: run outside of it, or allow unshare there";
        };
    }

    /** The value of a kernel setting; empty when this kernel has no such setting. */
    static String value(String path) {
        try {
            return Files.readString(Path.of(path)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
