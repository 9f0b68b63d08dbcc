package dev.gleisner.adapters.linux;

import dev.gleisner.ports.HostView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** This host, through {@code java.nio} and {@code /proc}: no native call, so that a cold start does not link one. */
final class LinuxHostView implements HostView {
    private static final String CALLERS_LOCALE = "GLEISNER_LC_ALL";

    private final Map<String, String> environment;
    private final int uid;
    private final int gid;
    private final String userName;
    private final String home;
    private final String kernel;

    LinuxHostView() throws IOException {
        environment = ofCaller(System.getenv());
        String status = read("/proc/self/status");
        uid = (int) number(status, "\nUid:", 1);
        gid = (int) number(status, "\nGid:", 1);
        String[] entry = passwdEntry(uid);
        userName = entry.length > 0 ? entry[0] : Integer.toString(uid);
        home = home(environment.getOrDefault("HOME", ""), entry);
        kernel = read("/proc/sys/kernel/osrelease").strip() + " " + machine();
    }

    /**
     * The caller's environment. Our launcher sets {@code LC_ALL} for Java and tells the caller's own in a variable:
     * empty when there was none, {@code =} and the value when there was one.
     *
     * @param given the environment of this process; without the launcher's variable it is the caller's own
     */
    static Map<String, String> ofCaller(Map<String, String> given) {
        Map<String, String> environment = new HashMap<>(given);
        String locale = environment.remove(CALLERS_LOCALE);
        if (locale != null) {
            if (locale.startsWith("=")) {
                environment.put("LC_ALL", locale.substring(1));
            } else {
                environment.remove("LC_ALL");
            }
        }
        return Collections.unmodifiableMap(environment);
    }

    /** {@code $HOME}, as for shells, keys and evidence; what the user database says when that is no absolute path. */
    private static String home(String variable, String[] entry) {
        if (variable.startsWith("/")) {
            return variable;
        }
        return entry.length > 5 && entry[5].startsWith("/") ? entry[5] : "/";
    }

    /** {@code os.arch} in the words of uname(2). */
    private static String machine() {
        String arch = System.getProperty("os.arch", "unknown");
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    private static String read(String path) throws IOException {
        return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
    }

    /** The {@code field}-th number behind {@code label}, counted from 0. */
    static long number(String text, String label, int field) throws IOException {
        int at = text.indexOf(label);
        if (at < 0) {
            throw new IOException("/proc/self/status has no line " + label.strip());
        }
        at += label.length();
        for (int i = 0; ; i++) {
            while (at < text.length() && (text.charAt(at) == '\t' || text.charAt(at) == ' ')) {
                at++;
            }
            int start = at;
            while (at < text.length() && Character.isDigit(text.charAt(at))) {
                at++;
            }
            if (i == field) {
                return Long.parseLong(text.substring(start, at));
            }
        }
    }

    /** The fields of the user database's entry; empty when the user is in none that is a file. */
    private static String[] passwdEntry(int uid) {
        String wanted = Integer.toString(uid);
        try {
            List<String> lines = Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1);
            for (String line : lines) {
                String[] fields = line.split(":", -1);
                if (fields.length > 2 && fields[2].equals(wanted)) {
                    return fields;
                }
            }
        } catch (IOException e) {
            return new String[0]; // then the number is the name, as ls(1) does it
        }
        return new String[0];
    }

    @Override
    public Optional<Kind> kind(String path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(Path.of(path), BasicFileAttributes.class);
            return Optional.of(
                    attributes.isDirectory() ? Kind.DIRECTORY : attributes.isRegularFile() ? Kind.FILE : Kind.OTHER);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> realPath(String path) {
        try {
            return Optional.of(Path.of(path).toRealPath().toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<String> readLink(String path) {
        Path link = Path.of(path);
        try {
            return Files.readAttributes(link, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .isSymbolicLink()
                    ? Optional.of(Files.readSymbolicLink(link).toString())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean executable(String path) {
        Path file = Path.of(path);
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public int uid() {
        return uid;
    }

    @Override
    public int gid() {
        return gid;
    }

    @Override
    public String userName() {
        return userName;
    }

    @Override
    public String home() {
        return home;
    }

    @Override
    public Optional<String> machineId() {
        try {
            String id = Files.readString(Path.of("/etc/machine-id")).strip();
            return id.isEmpty() ? Optional.empty() : Optional.of(id);
        } catch (IOException _) {
            return Optional.empty(); // not every host has one, and containers often hide it
        }
    }

    @Override
    public String kernel() {
        return kernel;
    }
}
