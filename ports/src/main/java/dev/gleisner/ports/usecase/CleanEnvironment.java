package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.VariableName;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The environment inside. It starts empty: a variable that makes a program load code ({@code LD_PRELOAD},
 * {@code BASH_ENV}, {@code NODE_OPTIONS}), that holds a secret, or that tells an agent that it runs inside another one
 * ({@code CLAUDECODE}) is only there when the caller names it.
 */
final class CleanEnvironment {
    /** Says "you are inside a Gleisner sandbox" to whom it may concern. Nothing in Gleisner reads it. */
    static final String MARKER = "GLEISNER";

    /** How programs look, speak and count time; none of these names code that is run without being asked for. */
    private static final List<String> PASSED = List.of(
            "TERM",
            "COLORTERM",
            "NO_COLOR",
            "FORCE_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "LANG",
            "LANGUAGE",
            "TZ",
            "EDITOR",
            "VISUAL",
            "PAGER");

    private static final List<String> OURS = List.of("HOME", "USER", "LOGNAME", "PWD", MARKER);

    private CleanEnvironment() {}

    /**
     * Makes the environment.
     *
     * @param asked {@code NAME} or {@code NAME=VALUE}, from the command line
     * @throws GleisnerException.BadInput when one of these is wrong
     */
    static Map<String, String> make(
            HostView host,
            FileTree tree,
            CommandLookup commands,
            String home,
            String workingDirectory,
            List<String> asked,
            List<String> notes)
            throws GleisnerException {
        Map<String, String> callers = host.environment();
        Map<String, String> inside = new TreeMap<>();
        for (Map.Entry<String, String> each : callers.entrySet()) {
            if (PASSED.contains(each.getKey()) || each.getKey().startsWith("LC_")) {
                inside.put(each.getKey(), each.getValue());
            }
        }
        inside.put("PATH", String.join(":", commands.visiblePath()));
        inside.put("SHELL", shell(host, tree, callers));
        inside.put("TMPDIR", "/tmp");
        for (String each : asked) {
            add(each, callers, inside, notes);
        }
        inside.put("HOME", home);
        inside.put("USER", host.userName());
        inside.put("LOGNAME", host.userName());
        inside.put("PWD", workingDirectory);
        inside.put(MARKER, "1");
        return inside;
    }

    private static String shell(HostView host, FileTree tree, Map<String, String> callers) {
        String shell = callers.getOrDefault("SHELL", "/bin/sh");
        Optional<FileTree.Visible> visible = shell.startsWith("/") ? tree.resolve(shell) : Optional.empty();
        return visible.isPresent() && host.executable(visible.get().hostPath()) ? shell : "/bin/sh";
    }

    private static void add(String asked, Map<String, String> callers, Map<String, String> inside, List<String> notes)
            throws GleisnerException {
        int equals = asked.indexOf('=');
        String name = equals < 0 ? asked : asked.substring(0, equals);
        if (!VariableName.valid(name)) {
            throw new GleisnerException.BadInput(
                    "cannot pass the environment variable \"" + name + "\"",
                    "a name has letters, digits and underscores and does not start with a digit",
                    "write --env NAME or --env NAME=VALUE");
        }
        if (OURS.contains(name)) {
            throw new GleisnerException.BadInput(
                    "cannot set " + name + " inside", "the sandbox itself decides it", "leave it out");
        }
        String value = equals < 0 ? callers.get(name) : asked.substring(equals + 1);
        if (value == null) {
            notes.add("--env " + name + ": it is not set here, so it is not set inside");
        } else {
            inside.put(name, value);
        }
    }
}
