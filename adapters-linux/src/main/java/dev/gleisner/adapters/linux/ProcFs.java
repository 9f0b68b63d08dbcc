package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads small files and links of proc(5). */
final class ProcFs {
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 02000000;
    private static final int CHUNK = 16 * 1024;
    private static final int LINK = 256;

    private ProcFs() {}

    /** The whole file, one character a byte. */
    static String read(String path) throws SyscallException {
        try (Arena arena = Arena.ofConfined();
                Fd file = new Fd((int) Kernel.call(
                        "open " + path,
                        SysNr.OPENAT,
                        AT_FDCWD,
                        Kernel.cString(arena, path).address(),
                        O_CLOEXEC))) {
            MemorySegment chunk = arena.allocate(CHUNK);
            byte[] text = new byte[CHUNK];
            int length = 0;
            while (true) {
                int got = (int) Kernel.call("read " + path, SysNr.READ, file.number(), chunk.address(), CHUNK);
                if (got == 0) {
                    return new String(text, 0, length, StandardCharsets.ISO_8859_1);
                }
                if (length + got > text.length) {
                    text = Arrays.copyOf(text, 2 * text.length);
                }
                MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, 0, text, length, got);
                length += got;
            }
        }
    }

    /** Where a symbolic link points. */
    static String link(String path) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(LINK);
            int length = (int) Kernel.call(
                    "readlink " + path,
                    SysNr.READLINK,
                    Kernel.cString(arena, path).address(),
                    target.address(),
                    LINK);
            byte[] text = new byte[length];
            MemorySegment.copy(target, ValueLayout.JAVA_BYTE, 0, text, 0, length);
            return new String(text, StandardCharsets.ISO_8859_1);
        }
    }

    /** The rest of the line that begins with {@code label}; empty when there is none. */
    static String field(String text, String label) {
        int at = text.startsWith(label) ? 0 : text.indexOf("\n" + label) + 1;
        if (at == 0 && !text.startsWith(label)) {
            return "";
        }
        int end = text.indexOf('\n', at);
        return text.substring(at + label.length(), end < 0 ? text.length() : end)
                .strip();
    }

    /** The only child of that process. */
    static long onlyChild(long parent) throws SyscallException {
        String children;
        try {
            children = read("/proc/" + parent + "/task/" + parent + "/children").strip();
        } catch (SyscallException e) {
            children = childByScan(parent); // a kernel without CONFIG_PROC_CHILDREN
        }
        try {
            return Long.parseLong(children);
        } catch (NumberFormatException e) {
            throw new SyscallException("find the command below process " + parent, 3);
        }
    }

    private static String childByScan(long parent) {
        String wanted = Long.toString(parent);
        String[] names = new java.io.File("/proc").list();
        for (String name : names == null ? new String[0] : names) {
            if (Character.isDigit(name.charAt(0)) && parentOf(name).equals(wanted)) {
                return name;
            }
        }
        return "";
    }

    private static String parentOf(String pid) {
        try {
            return field(read("/proc/" + pid + "/status"), "PPid:");
        } catch (SyscallException e) {
            return ""; // it has ended meanwhile
        }
    }
}
