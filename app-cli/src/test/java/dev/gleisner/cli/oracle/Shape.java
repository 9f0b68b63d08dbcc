package dev.gleisner.cli.oracle;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a line of the log says, without when and in which order: what can be expected beforehand.
 *
 * @param type type of the event
 * @param pid the process as the host numbers it; 0 for any
 * @param errno symbol of the error; empty when it worked
 * @param texts path, or protocol and address, or executable and arguments
 */
record Shape(String type, long pid, String errno, List<String> texts) {
    private static final int READABLE = 120;

    Shape {
        texts = List.copyOf(texts);
    }

    /** What a line of the log is about; what was repeated counts as what it repeats. */
    static Shape of(JsonNode line) {
        String type = line.get("type").asString();
        List<String> texts = switch (type) {
            case "repeated", "file.read", "file.write", "file.create", "file.delete", "file.attributes" ->
                List.of(text(line, "path"));
            case "directory.create", "directory.delete" -> List.of(text(line, "path"));
            case "file.rename", "file.link" -> List.of(text(line, "path"), text(line, "newPath"));
            case "file.symlink" -> List.of(text(line, "path"), text(line, "target"));
            case "process.exit" ->
                List.of(
                        line.has("signal")
                                ? "signal " + line.get("signal").asInt()
                                : "code " + line.get("exitCode").asInt());
            case "process.exec" -> List.of(text(line, "executable"));
            case "process.fork" -> List.of(line.get("childPid").asString());
            default -> type.startsWith("network.") ? List.of(text(line, "protocol"), text(line, "address")) : List.of();
        };
        return new Shape(
                type.equals("repeated") ? text(line, "repeated") : type,
                line.path("pid").asLong(0),
                errno(line),
                texts);
    }

    /** The error that the line tells; empty when it tells of none, or does not know. */
    static String errno(JsonNode line) {
        String told = line.path("errno").asString("");
        return told.equals("unknown") ? "" : told;
    }

    /** Text of the line; a path without {@code x/..}, which a source leaves that cannot know whether x is a link. */
    private static String text(JsonNode line, String name) {
        String told = line.get(name).asString();
        return told.startsWith("/") ? told.replaceAll("/[^/]+/\\.\\./", "/") : told;
    }

    /** The same for a source that does not know results. */
    Shape withoutResult() {
        return new Shape(type, pid, "", texts);
    }

    /** The same by nobody in particular. */
    Shape ofAnybody() {
        return new Shape(type, 0, errno, texts);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(type);
        for (String text : texts) {
            out.append("  ");
            out.append(
                    text.length() <= READABLE
                            ? text
                            : text.substring(0, READABLE) + "… (" + text.length() + " characters)");
        }
        if (!errno.isEmpty()) {
            out.append("  ").append(errno);
        }
        return out.append(pid == 0 ? "" : "  by " + pid).toString().replace("\n", "⏎");
    }
}
