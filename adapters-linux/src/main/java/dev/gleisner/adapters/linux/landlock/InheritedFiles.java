package dev.gleisner.adapters.linux.landlock;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules that let a command open its standard streams again by name. Without them {@code echo x > /dev/stderr} fails
 * where standard error is a file or terminal of the host: that file is below no directory of the sandbox. Pipes and
 * sockets need no rule, and a directory gets none, for a rule holds for all below it.
 */
public final class InheritedFiles {
    private static final long F_GETFL = 3;
    private static final int O_ACCMODE = 3;
    private static final int O_WRONLY = 1;
    private static final int O_RDWR = 2;
    private static final long AT_EMPTY_PATH = 0x1000;
    private static final long STATX_TYPE = 1;
    private static final int STATX_SIZE = 256;
    private static final long STATX_MODE_OFFSET = 28;
    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFCHR = 0020000;

    private InheritedFiles() {}

    /** Rules for those of the caller's descriptors 0 to 2 that the command gets as they are. */
    public static List<FdRule> rules(List<Integer> descriptors) {
        List<FdRule> rules = new ArrayList<>();
        for (int fd : descriptors) {
            long access = access(fd);
            if (access != 0) {
                rules.add(new FdRule(fd, access, "the command has it open"));
            }
        }
        return rules;
    }

    private static long access(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(STATX_SIZE, 8);
            long path = Kernel.cString(arena, "").address();
            if (Kernel.raw(SysNr.STATX, fd, path, AT_EMPTY_PATH, STATX_TYPE, stat.address(), 0) != 0) {
                return 0; // closed
            }
            int type = stat.get(ValueLayout.JAVA_SHORT, STATX_MODE_OFFSET) & S_IFMT;
            long flags = Kernel.raw(SysNr.FCNTL, fd, F_GETFL, 0);
            if (flags < 0 || (type != S_IFREG && type != S_IFCHR)) {
                return 0;
            }
            int mode = (int) flags & O_ACCMODE;
            long read = mode == O_WRONLY ? 0 : FsRight.READ_FILE.bit();
            long write = mode == O_WRONLY || mode == O_RDWR ? FsRight.of(FsRight.WRITE_FILE, FsRight.TRUNCATE) : 0;
            long control = type == S_IFCHR ? FsRight.IOCTL_DEV.bit() : 0;
            return read | write | control;
        }
    }
}
