package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who is watched: {@code struct config} of record.h.
 *
 * @param mode {@link #IN_NAMESPACE} or {@link #BY_DESCENT}
 * @param namespace inode number of the payload's pid namespace
 */
record Settings(int mode, int namespace) {
    static final int IN_NAMESPACE = 1;
    static final int BY_DESCENT = 2;

    /** {@code PROC_PID_INIT_INO}: the first pid namespace of every machine. */
    private static final int FIRST_NAMESPACE = 0xeffffffc;

    /** What is right for this command, which waits for its release. */
    static Settings of(long pid) throws GleisnerException {
        int ours = namespace("self");
        int theirs = namespace(String.valueOf(pid));
        if (ours != theirs) {
            return new Settings(IN_NAMESPACE, theirs);
        }
        if (ours != FIRST_NAMESPACE) {
            // Our programs know processes by their first numbers, and here we have only others.
            throw new GleisnerException.HostLacks(
                    "the ebpf sensor without a pid namespace",
                    "Gleisner itself runs in a container, where the command's first process number is not known",
                    "leave the layer pid-namespace on, or record with --sensor notify");
        }
        return new Settings(BY_DESCENT, theirs);
    }

    private static int namespace(String process) throws GleisnerException {
        Path link = Path.of("/proc", process, "ns", "pid");
        try {
            String text = Files.readSymbolicLink(link).toString(); // pid:[4026531836]
            return (int) Long.parseLong(text, 5, text.length() - 1, 10);
        } catch (IOException e) {
            throw new GleisnerException.HostLacks(
                    "the command's pid namespace", link + " cannot be read: " + e.getMessage(), "mount proc on /proc");
        }
    }

    /** Tells the programs; from now on they tell us. */
    void apply(BpfObject object, long pid, int ringBytes) throws GleisnerException {
        if (mode == BY_DESCENT) {
            byte[] one = {1, 0, 0, 0};
            check(Bpf.update(object.map("followed"), (int) pid, one));
        }
        byte[] config = new byte[16];
        Bytes.put32(config, 0, mode);
        Bytes.put32(config, 4, namespace);
        Bytes.put64(config, 8, ringBytes / 4);
        check(Bpf.update(object.map("settings"), 0, config));
    }

    private static void check(int result) throws GleisnerException {
        if (result < 0) {
            throw new GleisnerException.KernelRefused(
                    "tell the eBPF programs whom to watch",
                    Errno.describe(-result),
                    -result,
                    "record again; if it happens again, report it with this text",
                    null);
        }
    }
}
