package dev.gleisner.cli;

import java.io.PrintWriter;
import java.util.Map;

/**
 * Where a command prints: results on {@code out}, everything else on {@code err}.
 *
 * @param out results
 * @param err progress, warnings, errors
 * @param colours whether {@code err} and {@code out} are shown to a person who likes colours
 */
public record Console(PrintWriter out, PrintWriter err, boolean colours) {

    /** Colours on a terminal, unless {@code NO_COLOR} is set (no-color.org) or the terminal is dumb. */
    static boolean wantsColours(boolean terminal, Map<String, String> environment) {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    /** Text in green when colours are on. */
    public String good(String text) {
        return paint("32", text);
    }

    /** Text in red when colours are on. */
    public String bad(String text) {
        return paint("31", text);
    }

    /** Text in yellow when colours are on. */
    public String warn(String text) {
        return paint("33", text);
    }

    /** Text in grey when colours are on. */
    public String faint(String text) {
        return paint("2", text);
    }

    private String paint(String code, String text) {
        return colours ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    /** One line for people on {@code err}. */
    public void say(String line) {
        err.println("gleisner: " + line);
    }
}
