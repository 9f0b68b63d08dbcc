package dev.gleisner.adapters.audit;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.PathText;
import java.util.Optional;
import java.util.OptionalLong;

/** A denial of Landlock in words, with the line of the profile that would allow it. */
final class DenialText {
    static final String LAYER = "landlock";

    private static final String NO_LINE = "no line of a profile allows it";

    /** What a line of the profile could do about it. */
    private enum Remedy {
        NONE,
        CONNECT,
        READ,
        WRITE
    }

    /** How one blocker is said. */
    private record Word(String text, Remedy remedy) {}

    private DenialText() {}

    /**
     * The event for a record of type {@link AuditRecord#LANDLOCK_ACCESS}.
     *
     * @param nested whether a domain refused it that the command made for itself
     */
    static Event.Denied of(AuditRecord denial, boolean nested) {
        StringBuilder attempt = new StringBuilder();
        Remedy remedy = Remedy.NONE;
        boolean hopeless = false;
        for (String blocker : denial.word("blockers").orElse("unknown").split(",", -1)) {
            Word word = word(blocker);
            attempt.append(attempt.isEmpty() ? "" : ", ").append(word.text());
            remedy = word.remedy().compareTo(remedy) > 0 ? word.remedy() : remedy;
            hopeless |= word.remedy() == Remedy.NONE;
        }
        Optional<String> path = path(denial);
        attempt.append(' ').append(path.orElseGet(() -> other(denial)));
        String hint = nested
                ? "the command forbade it itself, with a Landlock domain of its own; " + NO_LINE
                : hopeless ? NO_LINE : hint(remedy, denial, path);
        return new Event.Denied(LAYER, attempt.toString(), hint);
    }

    /** Whether the kernel could not write the whole path. */
    static boolean truncated(AuditRecord denial) {
        Optional<byte[]> path = denial.string("path");
        return path.isPresent() && path.get().length > 0 && path.get()[0] == '<';
    }

    private static Word word(String blocker) {
        return switch (blocker) {
            case "fs.execute" -> new Word("execute", Remedy.READ);
            case "fs.read_file" -> new Word("read", Remedy.READ);
            case "fs.read_dir" -> new Word("list", Remedy.READ);
            case "fs.write_file" -> new Word("write", Remedy.WRITE);
            case "fs.truncate" -> new Word("truncate", Remedy.WRITE);
            case "fs.remove_dir" -> new Word("remove a directory from", Remedy.WRITE);
            case "fs.remove_file" -> new Word("remove a file from", Remedy.WRITE);
            case "fs.make_dir" -> new Word("make a directory in", Remedy.WRITE);
            case "fs.make_reg" -> new Word("make a file in", Remedy.WRITE);
            case "fs.make_sock" -> new Word("make a socket in", Remedy.WRITE);
            case "fs.make_fifo" -> new Word("make a named pipe in", Remedy.WRITE);
            case "fs.make_sym" -> new Word("make a symbolic link in", Remedy.WRITE);
            case "fs.refer" -> new Word("link or move between directories", Remedy.WRITE);
            case "fs.resolve_unix" -> new Word("connect to the socket", Remedy.WRITE);
            case "fs.ioctl_dev" -> new Word("control the device", Remedy.NONE);
            case "fs.make_char" -> new Word("make a character device in", Remedy.NONE);
            case "fs.make_block" -> new Word("make a block device in", Remedy.NONE);
            case "fs.change_topology" -> new Word("change mounts at", Remedy.NONE);
            case "net.connect_tcp" -> new Word("connect by TCP to", Remedy.CONNECT);
            case "net.bind_tcp" -> new Word("bind to TCP", Remedy.NONE);
            case "scope.abstract_unix_socket" -> new Word("connect to the abstract socket", Remedy.NONE);
            case "scope.signal" -> new Word("signal process", Remedy.NONE);
            case "ptrace" -> new Word("trace process", Remedy.NONE);
            default -> new Word(blocker, Remedy.NONE);
        };
    }

    private static Optional<String> path(AuditRecord denial) {
        Optional<byte[]> bytes = denial.string("path");
        if (bytes.isEmpty() || bytes.get().length == 0) {
            return Optional.empty();
        }
        byte[] path = bytes.get();
        if (path[0] == 0) {
            return Optional.of("@" + PathText.decode(path, 1, path.length - 1));
        }
        return Optional.of(truncated(denial) ? "a path too long for the audit log" : PathText.decode(path));
    }

    private static String other(AuditRecord denial) {
        Optional<String> address = denial.word("daddr").or(() -> denial.word("saddr"));
        OptionalLong port = denial.number("dest", 10);
        port = port.isPresent() ? port : denial.number("src", 10);
        if (address.isPresent() || port.isPresent()) {
            String host = address.orElse("any address");
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                    + (port.isPresent() ? ":" + port.getAsLong() : "");
        }
        OptionalLong process = denial.number("opid", 10);
        if (process.isPresent()) {
            String name = denial.string("ocomm").map(PathText::decode).orElse("");
            return process.getAsLong() + (name.isEmpty() ? "" : " (" + name + ")");
        }
        return denial.string("name").map(PathText::decode).orElse("something without a name");
    }

    private static String hint(Remedy remedy, AuditRecord denial, Optional<String> path) {
        OptionalLong port = denial.number("dest", 10);
        if (remedy == Remedy.CONNECT) {
            return port.isEmpty() ? NO_LINE : "add allow_ports = [" + port.getAsLong() + "] under [network]";
        }
        if (path.isEmpty() || truncated(denial) || !bindable(path.get())) {
            return NO_LINE;
        }
        return "add " + (remedy == Remedy.WRITE ? "readwrite_bind" : "readonly_bind") + " = [" + quoted(path.get())
                + "] under [filesystem]";
    }

    /**
     * Whether a profile can name it: {@code /proc} and {@code /dev} are made for each sandbox, and a name that is no
     * UTF-8 (see {@link PathText}) has no place in a profile.
     */
    private static boolean bindable(String path) {
        return path.startsWith("/")
                && !path.equals("/")
                && path.indexOf('\\') < 0
                && !below(path, "/proc")
                && !below(path, "/dev");
    }

    private static boolean below(String path, String directory) {
        return path.startsWith(directory)
                && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
    }

    /** A basic string of TOML. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 10).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
