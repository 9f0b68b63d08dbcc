package dev.gleisner.bench;

import dev.gleisner.bench.Deeds.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what {@code strace -ff -yy -v} wrote: a file for each process or thread, named by its number. */
final class StraceLog {
    private final Path directory;
    private final Deeds deeds = new Deeds();
    private final Set<String> read = new HashSet<>();

    private StraceLog(Path directory) {
        this.directory = directory;
    }

    /**
     * The deeds of the traced command.
     *
     * @param directory of the files {@code trace.NUMBER}, and of nothing else
     * @param start working directory of the command
     */
    static Deeds read(Path directory, String start) throws IOException {
        StraceLog log = new StraceLog(directory);
        try (var files = Files.list(directory)) {
            // The first one is that of the command itself; the others are found through it.
            String first = files.map(file -> file.getFileName().toString().substring("trace.".length()))
                    .min((one, other) -> Integer.compare(Integer.parseInt(one), Integer.parseInt(other)))
                    .orElseThrow(() -> new IOException("no trace in " + directory));
            log.process(first, start);
        }
        try (var files = Files.list(directory)) {
            if (files.count() != log.read.size()) {
                throw new IOException("traces in " + directory + " of processes that nobody made");
            }
        }
        return log.deeds;
    }

    private void process(String number, String start) throws IOException {
        Path file = directory.resolve("trace." + number);
        if (!Files.exists(file) || !read.add(number)) {
            return;
        }
        String here = start;
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            Optional<StraceCall> parsed = StraceCall.parse(line);
            if (parsed.isEmpty()) {
                continue;
            }
            StraceCall call = parsed.get();
            switch (call.name()) {
                case "chdir" -> here = call.worked() ? absolute(here, call.text(0)) : here;
                case "fchdir" -> here = call.worked() ? StraceCall.described(call.argument(0)) : here;
                case "fork", "vfork", "clone", "clone3" -> {
                    if (call.worked()) {
                        process(call.result().split(" ", 2)[0], here);
                    }
                }
                case "connect" -> connect(call);
                default -> {
                    if (call.worked()) {
                        file(call, here);
                    }
                }
            }
        }
    }

    private void file(StraceCall call, String here) {
        switch (call.name()) {
            case "execve" -> executed(absolute(here, call.text(0)), call.text(0), call.texts(1));
            case "execveat" -> executed(at(call, 0, 1), call.text(1), call.texts(2));
            case "open" -> opened(call, call.argument(1));
            case "openat", "openat2" -> opened(call, call.argument(2));
            case "creat" -> opened(call, "O_WRONLY");
            case "unlink", "rmdir" -> deeds.add(Kind.REMOVED, resolved(here, call.text(0)));
            case "unlinkat" -> deeds.add(Kind.REMOVED, resolvedParent(at(call, 0, 1)));
            case "rename" -> renamed(resolved(here, call.text(0)), resolved(here, call.text(1)));
            case "renameat", "renameat2" -> renamed(resolvedParent(at(call, 0, 1)), resolvedParent(at(call, 2, 3)));
            case "truncate" -> deeds.add(Kind.WRITTEN, real(absolute(here, call.text(0))));
            default -> {}
        }
    }

    /** What runs of a script is the interpreter that its first line names, with the script among its arguments. */
    private void executed(String path, String given, List<String> argv) {
        String file = real(path);
        Optional<String> first = scriptLine(file);
        if (first.isEmpty()) {
            deeds.add(Kind.EXECUTED, program(file, argv));
            return;
        }
        String[] interpreter = first.get().strip().split("[ \\t]+", 2);
        List<String> words = new ArrayList<>(Arrays.asList(interpreter));
        words.add(given);
        words.addAll(argv.subList(Math.min(1, argv.size()), argv.size()));
        deeds.add(Kind.EXECUTED, program(real(interpreter[0]), words));
    }

    private static Optional<String> scriptLine(String file) {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            String start = new String(in.readNBytes(256), StandardCharsets.ISO_8859_1);
            return start.startsWith("#!") ? start.substring(2).lines().findFirst() : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // gone, or of the sandbox only: then it counts as what it is called
        }
    }

    /** How a program and its arguments are written in both lists. */
    static String program(String executable, Iterable<String> argv) {
        StringBuilder out = new StringBuilder(executable);
        argv.forEach(word -> out.append(" ⟨").append(word).append('⟩'));
        return out.toString();
    }

    private void opened(StraceCall call, String flags) {
        String path = StraceCall.described(call.result());
        if (!path.startsWith("/") || flags.contains("O_PATH")) {
            return;
        }
        boolean writes = flags.contains("O_WRONLY") || flags.contains("O_RDWR");
        deeds.add(writes ? Kind.WRITTEN : Kind.READ, path);
    }

    private void renamed(String from, String to) {
        deeds.add(Kind.RENAMED, from + " -> " + to);
    }

    private void connect(StraceCall call) {
        String address = call.argument(1);
        String what = StraceCall.described(call.argument(0));
        String protocol = what.startsWith("TCP") ? "tcp" : what.startsWith("UDP") ? "udp" : "unix";
        if (address.contains("AF_INET6")) {
            deeds.add(
                    Kind.CONNECTED,
                    protocol + " [" + between(address, "inet_pton(AF_INET6, \"", "\"") + "]:"
                            + between(address, "sin6_port=htons(", ")"));
        } else if (address.contains("AF_INET")) {
            deeds.add(
                    Kind.CONNECTED,
                    protocol + " " + between(address, "inet_addr(\"", "\"") + ":"
                            + between(address, "sin_port=htons(", ")"));
        } else if (address.contains("AF_UNIX")
                && address.contains("sun_path=")
                && !call.errno().equals("ENOENT")) {
            String path = between(address, "sun_path=", "}");
            deeds.add(Kind.CONNECTED, "unix " + path.replace("\"", ""));
        }
    }

    private static String between(String text, String before, String after) {
        int start = text.indexOf(before) + before.length();
        int end = text.indexOf(after, start);
        return text.substring(start, end < 0 ? text.length() : end);
    }

    private static String at(StraceCall call, int directory, int path) {
        return absolute(StraceCall.described(call.argument(directory)), call.text(path));
    }

    private static String absolute(String here, String path) {
        return path.isEmpty() ? here : Path.of(here).resolve(path).normalize().toString();
    }

    /** As far as this machine knows it: what strace tells are words, not files. */
    private static String real(String path) {
        try {
            return Path.of(path).toRealPath().toString();
        } catch (IOException e) {
            return path; // seen inside of the sandbox only, or gone
        }
    }

    private static String resolved(String here, String path) {
        return resolvedParent(absolute(here, path));
    }

    private static String resolvedParent(String path) {
        int slash = path.lastIndexOf('/');
        String parent = slash <= 0 ? "/" : real(path.substring(0, slash));
        return parent.equals("/") ? path : parent + path.substring(slash);
    }
}
