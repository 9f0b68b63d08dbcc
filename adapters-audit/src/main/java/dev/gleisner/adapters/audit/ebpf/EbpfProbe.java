package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.ports.Availability;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this host and this build can watch with eBPF, and what would have to change. */
final class EbpfProbe {
    static final String NO_OBJECT = "this build was made without clang";
    static final String BUILD_AGAIN = "install clang and build again (Debian, Ubuntu: apt install clang)";
    static final String INSTALL_LIBBPF = "install libbpf1 (Debian, Ubuntu) or libbpf (Fedora)";

    /**
     * File capabilities on gleisner would help nobody: it is a script, and the runtime it starts is shared by everything
     * that this user runs.
     */
    static final String BECOME_ROOT = "run as root, or give the process the two capabilities: systemd-run --pty --uid="
            + "\"$USER\" -p AmbientCapabilities='CAP_BPF CAP_PERFMON' gleisner record ... (as root)";

    private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");

    private EbpfProbe() {}

    static Availability probe() {
        if (!BpfObject.present()) {
            return new Availability.Missing(NO_OBJECT, BUILD_AGAIN);
        }
        // The kernel is asked before it is looked for files: the answer of a user without rights is the common one.
        int program = Bpf.loadNothing();
        if (program < 0) {
            return program == -Errno.EPERM || program == -Errno.EACCES
                    ? new Availability.Missing("CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN", BECOME_ROOT)
                    : new Availability.Missing(
                            "bpf(2): " + Errno.describe(-program),
                            "use a kernel with CONFIG_BPF_SYSCALL and BPF events");
        }
        long _ = Kernel.raw(SysNr.CLOSE, program, 0, 0);
        if (!Files.isReadable(BTF)) {
            return new Availability.Missing(
                    "the kernel's type information (" + BTF + ")", "use a kernel with CONFIG_DEBUG_INFO_BTF");
        }
        if (BpfObject.library().isEmpty()) {
            return new Availability.Missing(BpfObject.LIBRARY, INSTALL_LIBBPF);
        }
        return new Availability.Ready("BPF ring buffer, typed tracepoints, " + BpfObject.LIBRARY);
    }
}
