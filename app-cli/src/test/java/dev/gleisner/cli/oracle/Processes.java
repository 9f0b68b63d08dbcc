package dev.gleisner.cli.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Which process is which, and what became of them. */
final class Processes {
    private final Sense sense;
    private final List<Action> actions;
    private final AuditLog log;
    private final List<String> differences;
    private final Map<Long, Long> host = new HashMap<>();
    private final Set<Long> matched = new HashSet<>();

    Processes(Sense sense, List<Action> actions, AuditLog log, List<String> differences) {
        this.sense = sense;
        this.actions = actions;
        this.log = log;
        this.differences = differences;
        if (sense.process()) {
            actions.forEach(this::meet);
        }
    }

    /** A process made a file that nobody else makes. */
    private void meet(Action action) {
        if (action.kind().equals("introduce")) {
            for (JsonNode line : log.of("file.create")) {
                if (line.get("path").asString().equals(action.first())) {
                    host.put(action.pid(), line.path("pid").asLong());
                }
            }
            if (host.getOrDefault(action.pid(), 0L) == 0) {
                differences.add("process " + action.pid() + " cannot be told: nobody made " + action.first());
            }
        }
    }

    /** The number by which the log knows it; 0 when it is not known. */
    long host(long pid) {
        return host.getOrDefault(pid, 0L);
    }

    /** Programs, beginnings and ends. */
    void compare() {
        for (Action action : actions) {
            switch (action.kind()) {
                case "exec" -> executed(action);
                case "exec-script" -> interpreted(action);
                default -> {}
            }
        }
        for (JsonNode line : log.of("process.exec")) {
            List<String> argv = words(line);
            if (argv.size() > 2
                    && argv.get(1).equals("noop")
                    && !matched.contains(line.get("sequence").asLong())) {
                differences.add("nobody executed " + line);
            }
        }
        if (sense.ends()) {
            for (Action action : actions) {
                if (action.kind().equals("exited") || action.kind().equals("killed")) {
                    ended(action);
                }
            }
        }
    }

    private void executed(Action action) {
        String executable = action.first();
        List<String> argv = action.words().subList(1, action.words().size());
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode line : log.of("process.exec")) {
            if (sameWords(argv, words(line), line.has("truncated")) || sameFailure(action, line)) {
                found.add(line);
            }
        }
        if (found.size() != 1) {
            differences.add("executed once, " + found.size() + " times in the log: " + shortened(action));
        }
        for (JsonNode line : found) {
            matched.add(line.get("sequence").asLong());
            if (!line.get("executable").asString().equals(executable)) {
                differences.add("executed " + executable + ", says " + line.get("executable"));
            }
            if (sense.result() && !Shape.errno(line).equals(action.errno())) {
                differences.add("ended with \"" + action.errno() + "\": " + line);
            }
            by(action, line);
        }
    }

    /** The kernel starts the interpreter; the script is one of its words, or is taken for the program. */
    private void interpreted(Action action) {
        List<JsonNode> found = log.of("process.exec").stream()
                .filter(line -> words(line).contains("of-a-script"))
                .toList();
        if (found.isEmpty()) {
            differences.add("a script was executed: " + shortened(action));
        }
        for (JsonNode line : found) {
            if (!line.get("executable").asString().equals(action.first())
                    && !words(line).contains(action.first())) {
                differences.add("the script " + action.first() + " is not named by " + line);
            }
            by(action, line);
        }
    }

    private void by(Action action, JsonNode line) {
        long pid = line.path("pid").asLong();
        if (pid == 0 || host.containsKey(action.pid()) && host(action.pid()) != pid) {
            differences.add("executed by " + host(action.pid()) + ": " + line);
        } else {
            host.put(action.pid(), pid);
        }
        if (action.worked() && line.path("cwd").asString("").isEmpty()) {
            differences.add("no working directory: " + line);
        }
    }

    private void ended(Action action) {
        long pid = host(action.pid());
        if (pid == 0) {
            differences.add("process " + action.pid() + " cannot be told, of which is known: " + shortened(action));
            return;
        }
        String how = (action.kind().equals("killed") ? "signal " : "code ") + action.first();
        List<String> ends = log.of("process.exit").stream()
                .filter(line -> line.path("pid").asLong() == pid)
                .map(line -> Shape.of(line).texts().getFirst())
                .toList();
        if (!ends.equals(List.of(how))) {
            differences.add("process " + pid + " ended with " + how + ", says " + ends);
        }
        long begun = log.of("process.fork").stream()
                .filter(line -> line.get("childPid").asLong() == pid)
                .count();
        if (begun != 1) {
            differences.add("process " + pid + " began once, " + begun + " times in the log");
        }
    }

    /** Of what was not executed some sensors know the file only, and say that the rest is missing. */
    private static boolean sameFailure(Action action, JsonNode line) {
        return !action.worked()
                && line.has("truncated")
                && Shape.errno(line).equals(action.errno())
                && line.get("executable").asString().equals(action.first());
    }

    private static boolean sameWords(List<String> wanted, List<String> found, boolean truncated) {
        if (!truncated) {
            return wanted.equals(found);
        }
        if (found.size() > wanted.size() || found.size() < 4) {
            return false;
        }
        for (int i = 0; i < found.size(); i++) {
            if (!wanted.get(i).startsWith(found.get(i))
                    || i < 4 && !wanted.get(i).equals(found.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> words(JsonNode line) {
        List<String> words = new ArrayList<>();
        line.get("argv").forEach(word -> words.add(word.asString()));
        return words;
    }

    private static String shortened(Action action) {
        String text = action.toString();
        return text.substring(0, Math.min(300, text.length()));
    }
}
