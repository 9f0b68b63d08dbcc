package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.NativeLibrary;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Our programs and maps in the kernel, loaded by libbpf, which sets the offsets in them right for this kernel. Ends when
 * it is closed, or with this process: nothing is pinned.
 *
 * @spec https://docs.kernel.org/bpf/libbpf/libbpf_overview.html libbpf
 */
final class BpfObject implements AutoCloseable {
    static final String LIBRARY = "libbpf.so.1";

    private static final String OBJECT = "sensor.bpf.o";
    private static final int LOG_BYTES = 1 << 20;
    private static final int LOG_TOLD = 2000;

    /** In this order: who enters must have been seen entering before anybody is seen leaving. */
    private static final String[] PROGRAMS = {"on_fork", "on_exec", "on_exit", "on_enter", "on_leave"};

    private final NativeLibrary libbpf;
    private final Arena arena = Arena.ofShared();
    private final List<Integer> links = new ArrayList<>();
    private final int cpus;
    private long object;

    private BpfObject(NativeLibrary libbpf, int cpus) {
        this.libbpf = libbpf;
        this.cpus = cpus;
    }

    /** Whether the build had a compiler for our programs. */
    static boolean present() {
        return BpfObject.class.getResource(OBJECT) != null;
    }

    /** libbpf, when the machine has it. */
    static Optional<NativeLibrary> library() {
        return NativeLibrary.open(LIBRARY);
    }

    /**
     * Loads everything and attaches nothing.
     *
     * @param ringBytes size of the ring: a power of two, and at least a page
     * @throws GleisnerException when the kernel refuses; the verifier's words are in its text
     */
    static BpfObject load(int ringBytes) throws GleisnerException {
        NativeLibrary libbpf = library()
                .orElseThrow(() ->
                        new GleisnerException.HostLacks(LIBRARY, "it is not installed", EbpfProbe.INSTALL_LIBBPF));
        BpfObject loaded = new BpfObject(libbpf, possibleCpus());
        try {
            loaded.load(bytes(), ringBytes);
            return loaded;
        } catch (GleisnerException | RuntimeException | Error e) {
            loaded.close();
            throw e;
        }
    }

    private static byte[] bytes() throws GleisnerException {
        try (InputStream in = BpfObject.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw new GleisnerException.HostLacks("eBPF programs", EbpfProbe.NO_OBJECT, EbpfProbe.BUILD_AGAIN);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "reading the eBPF programs", String.valueOf(e.getMessage()), "install Gleisner again", e);
        }
    }

    private void load(byte[] bytes, int ringBytes) throws GleisnerException {
        libbpf.call("libbpf_set_print", 0, 0, 0); // its words are for a terminal; ours come from the log below
        MemorySegment content = arena.allocate(bytes.length, 8);
        MemorySegment.copy(bytes, 0, content, ValueLayout.JAVA_BYTE, 0, bytes.length);
        MemorySegment log = arena.allocate(LOG_BYTES);
        long opened = libbpf.pointer(
                "bpf_object__open_mem",
                content.address(),
                bytes.length,
                openOptions(log).address());
        if (opened < 0) {
            throw refused("open the eBPF programs", (int) -opened, "");
        }
        object = opened;
        resize("events", ringBytes);
        resize("scratches", cpus);
        resize("counts", cpus);
        int result = libbpf.call("bpf_object__load", object, 0, 0);
        if (result < 0) {
            throw refused("load the eBPF programs", -result, tail(log));
        }
    }

    // struct bpf_object_open_opts: sz 0 (8), object_name 8 (8), kernel_log_buf 56 (8), kernel_log_size 64 (8),
    // kernel_log_level 72 (4): 0 asks for the verifier's log only after a failure. LibbpfTest compares with libbpf.h.
    private MemorySegment openOptions(MemorySegment log) {
        byte[] options = new byte[OpenOptions.SIZE];
        Bytes.put64(options, 0, options.length);
        Bytes.put64(
                options,
                OpenOptions.OBJECT_NAME,
                Kernel.cString(arena, "gleisner").address());
        Bytes.put64(options, OpenOptions.KERNEL_LOG_BUF, log.address());
        Bytes.put64(options, OpenOptions.KERNEL_LOG_SIZE, LOG_BYTES);
        MemorySegment room = arena.allocate(options.length, 8);
        MemorySegment.copy(options, 0, room, ValueLayout.JAVA_BYTE, 0, options.length);
        return room;
    }

    /** Offsets in {@code struct bpf_object_open_opts}; plain, because a generated binding costs a cold start. */
    static final class OpenOptions {
        static final int OBJECT_NAME = 8;
        static final int KERNEL_LOG_BUF = 56;
        static final int KERNEL_LOG_SIZE = 64;
        static final int SIZE = 80;

        private OpenOptions() {}
    }

    private void resize(String map, int entries) throws GleisnerException {
        int result = libbpf.call("bpf_map__set_max_entries", mapNamed(map), entries, 0);
        if (result < 0) {
            throw refused("size the eBPF map " + map, -result, "");
        }
    }

    private long mapNamed(String name) throws GleisnerException {
        long map = named("bpf_object__find_map_by_name", name);
        if (map <= 0) {
            throw refused("find the eBPF map " + name, Errno.ENOENT, "");
        }
        return map;
    }

    private long named(String function, String name) {
        try (Arena local = Arena.ofConfined()) {
            return libbpf.pointer(function, object, Kernel.cString(local, name).address(), 0);
        }
    }

    /** The descriptor of a map. It stays this object's. */
    int map(String name) throws GleisnerException {
        return libbpf.call("bpf_map__fd", mapNamed(name), 0, 0);
    }

    /** How many CPUs there can be: as many entries the maps {@code scratches} and {@code counts} have. */
    int cpus() {
        return cpus;
    }

    /** Lets the programs run. What they tell depends on the map {@code settings}. */
    void attach() throws GleisnerException {
        for (String name : PROGRAMS) {
            long program = named("bpf_object__find_program_by_name", name);
            if (program <= 0) {
                throw refused("find the eBPF program " + name, Errno.ENOENT, "");
            }
            int descriptor = libbpf.call("bpf_program__fd", program, 0, 0);
            int link = libbpf.call("bpf_raw_tracepoint_open", 0, descriptor, 0);
            if (link < 0) {
                throw refused("attach the eBPF program " + name, -link, "");
            }
            links.add(link);
        }
    }

    private static GleisnerException refused(String what, int errno, String log) {
        return new GleisnerException.KernelRefused(
                what,
                log.isEmpty() ? Errno.describe(errno) : Errno.describe(errno) + "; the verifier says: " + log,
                errno,
                errno == Errno.EPERM
                        ? EbpfProbe.BECOME_ROOT
                        : "record with another sensor (--sensor notify or inotify), and report this text",
                null);
    }

    /** The end of a C string, where the verifier says why. */
    private static String tail(MemorySegment log) {
        byte[] bytes = new byte[LOG_BYTES];
        MemorySegment.copy(log, ValueLayout.JAVA_BYTE, 0, bytes, 0, LOG_BYTES);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        int start = Math.max(0, end - LOG_TOLD);
        return new String(bytes, start, end - start, StandardCharsets.UTF_8).strip();
    }

    private static int possibleCpus() throws GleisnerException {
        try {
            return lastNumber(Files.readString(Path.of("/sys/devices/system/cpu/possible"))) + 1;
        } catch (IOException e) {
            throw new GleisnerException.HostLacks(
                    "/sys/devices/system/cpu/possible", String.valueOf(e.getMessage()), "mount sysfs on /sys");
        }
    }

    /** The largest CPU of a list such as {@code 0-3,8}: lists are sorted, so it is the last number. */
    static int lastNumber(String list) {
        String text = list.strip();
        int at = text.length();
        while (at > 0 && Character.isDigit(text.charAt(at - 1))) {
            at--;
        }
        return Integer.parseInt(text, at, text.length(), 10);
    }

    @Override
    public void close() {
        for (int link : links) {
            long _ = Kernel.raw(SysNr.CLOSE, link, 0, 0);
        }
        links.clear();
        if (object > 0) {
            libbpf.call("bpf_object__close", object, 0, 0);
            object = 0;
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
