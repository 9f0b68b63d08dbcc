package dev.gleisner.adapters.linux.cgroup;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The real one. System calls of our own, because java.nio hides the error number. */
final class KernelCgroupFs implements CgroupFs {
    private static final long AT_FDCWD = -100;
    private static final long O_WRONLY = 1;
    private static final long O_CLOEXEC = 0x80000;
    private static final long W_OK = 2;
    private static final long AT_EACCESS = 0x200;
    private static final long MODE_DIRECTORY = 0755;
    private static final int CHUNK = 4096;

    /** This process; {@link ProcessHandle} takes ten milliseconds in a cold JVM. */
    static String ownPid() {
        return Long.toString(Kernel.raw(SysNr.GETPID, 0, 0, 0));
    }

    @Override
    public Optional<String> read(String file) {
        try (Arena arena = Arena.ofConfined()) {
            long fd = Kernel.raw(
                    SysNr.OPENAT, AT_FDCWD, Kernel.cString(arena, file).address(), O_CLOEXEC);
            if (fd < 0) {
                return Optional.empty();
            }
            try {
                MemorySegment buffer = arena.allocate(CHUNK);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                while (true) {
                    long length = Kernel.raw(SysNr.READ, fd, buffer.address(), CHUNK);
                    if (length == -Errno.EINTR) {
                        continue;
                    }
                    if (length < 0) {
                        return Optional.empty();
                    }
                    if (length == 0) {
                        return Optional.of(
                                bytes.toString(StandardCharsets.UTF_8).stripTrailing());
                    }
                    byte[] chunk = new byte[(int) length];
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, chunk, 0, chunk.length);
                    bytes.writeBytes(chunk);
                }
            } finally {
                close(fd);
            }
        }
    }

    @Override
    public void write(String file, String text) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            long fd = Kernel.call(
                    "open " + file,
                    SysNr.OPENAT,
                    AT_FDCWD,
                    Kernel.cString(arena, file).address(),
                    O_WRONLY | O_CLOEXEC);
            try {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                Kernel.call(
                        "write \"" + text + "\" to " + file,
                        SysNr.WRITE,
                        fd,
                        Kernel.cString(arena, bytes).address(),
                        bytes.length);
            } finally {
                close(fd);
            }
        }
    }

    private static void close(long fd) {
        long unused = Kernel.raw(SysNr.CLOSE, fd, 0, 0);
        assert unused <= 0;
    }

    @Override
    public boolean writable(String path) {
        try (Arena arena = Arena.ofConfined()) {
            long address = Kernel.cString(arena, path).address();
            return Kernel.raw(SysNr.FACCESSAT2, AT_FDCWD, address, W_OK, AT_EACCESS, 0, 0) == 0;
        }
    }

    @Override
    public void make(String group) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    "make cgroup " + group,
                    SysNr.MKDIRAT,
                    AT_FDCWD,
                    Kernel.cString(arena, group).address(),
                    MODE_DIRECTORY);
        }
    }

    @Override
    public void remove(String group) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(
                    "remove cgroup " + group,
                    SysNr.UNLINKAT,
                    AT_FDCWD,
                    Kernel.cString(arena, group).address(),
                    AT_EACCESS); // the same bit as AT_REMOVEDIR
        }
    }

    @Override
    public List<String> children(String group) {
        File[] entries = new File(group).listFiles();
        List<String> names = new ArrayList<>();
        if (entries != null) {
            for (File entry : entries) {
                if (entry.isDirectory()) {
                    names.add(entry.getName());
                }
            }
        }
        return names;
    }
}
