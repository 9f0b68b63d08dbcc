package dev.gleisner.adapters.linux.sys;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Names of system calls, for people. Reads the table of the seccomp filters when first asked. */
public final class SyscallNames {
    private static final String TABLE = "/dev/gleisner/adapters/linux/seccomp/syscalls-x86_64.tsv";

    private final String[] names = new String[512];

    /** Reads the table. */
    public SyscallNames() {
        try (InputStream in = SyscallNames.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException(TABLE + " is not in this build");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (int at = 0; at < text.length(); ) {
                int end = text.indexOf('\n', at);
                end = end < 0 ? text.length() : end;
                int tab = text.indexOf('\t', at);
                if (tab > at && tab < end && text.charAt(at) != '#') {
                    int number = Integer.parseInt(text, at, tab, 10);
                    if (number < names.length) {
                        names[number] = text.substring(tab + 1, end);
                    }
                }
                at = end + 1;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The name, such as {@code openat}; {@code syscall 999} when it has none. */
    public String of(int number) {
        String name = number >= 0 && number < names.length ? names[number] : null;
        return name == null ? "syscall " + number : name;
    }
}
