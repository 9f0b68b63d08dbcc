package dev.gleisner.adapters.linux.spawn;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A sealed file in memory: nobody, not even we, can change what is in it.
 *
 * @spec https://man7.org/linux/man-pages/man2/memfd_create.2.html memfd_create(2)
 */
final class MemoryFile {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int MFD_NOEXEC_SEAL = 8; // since Linux 6.3
    private static final int MFD_EXEC = 16; // since Linux 6.3
    private static final int F_ADD_SEALS = 1033;
    private static final int ALL_SEALS = 1 | 2 | 4 | 8;

    private MemoryFile() {}

    /** A sealed file with that content. */
    static Fd sealed(String name, byte[] content, boolean executable) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            long cName = Kernel.cString(arena, name).address();
            int flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
            long made = Kernel.raw(SysNr.MEMFD_CREATE, cName, flags | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL), 0);
            if (made == -Errno.EINVAL) {
                made = Kernel.call("memfd_create", SysNr.MEMFD_CREATE, cName, flags, 0);
            } else if (made < 0) {
                throw new SyscallException("memfd_create", (int) -made);
            }
            Fd file = Descriptors.aboveTargets((int) made);
            try {
                MemorySegment bytes = arena.allocate(content.length);
                MemorySegment.copy(content, 0, bytes, ValueLayout.JAVA_BYTE, 0, content.length);
                long written = 0;
                while (written < content.length) {
                    written += Kernel.call(
                            "write", SysNr.WRITE, file.number(), bytes.address() + written, content.length - written);
                }
                long _ = Kernel.call("fcntl F_ADD_SEALS", SysNr.FCNTL, file.number(), F_ADD_SEALS, ALL_SEALS);
                return file;
            } catch (SyscallException | RuntimeException e) {
                file.close();
                throw e;
            }
        }
    }
}
