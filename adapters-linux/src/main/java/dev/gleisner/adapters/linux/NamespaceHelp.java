package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.spawn.InitProcess;
import dev.gleisner.adapters.linux.spawn.InitRecord;
import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.ProbingTape;
import dev.gleisner.ports.Availability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Why user namespaces do not work on this host, and the setting that allows them. */
final class NamespaceHelp {
    private static final int PROBE_MILLIS = 10_000;

    private NamespaceHelp() {}

    /** Creates a user namespace in a process of its own, which ends at once. */
    static Availability probe() {
        try (InitProcess init = InitProcess.start(ProbingTape.tape(), new int[] {-1, -1, -1})) {
            Optional<InitRecord> answer = init.next(PROBE_MILLIS);
            var _ = InitProcess.reap(init.pid());
            if (answer.isPresent() && answer.get() instanceof InitRecord.Value) {
                return new Availability.Ready("user namespaces can be created");
            }
            if (answer.isPresent() && answer.get() instanceof InitRecord.Failed(var _, var errno)) {
                return new Availability.Missing(
                        "the kernel refuses to create a user namespace: " + Errno.describe(errno), fix(errno));
            }
            return new Availability.Unknown("init gave no answer");
        } catch (SyscallException e) {
            return new Availability.Unknown(String.valueOf(e.getMessage()));
        }
    }

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
