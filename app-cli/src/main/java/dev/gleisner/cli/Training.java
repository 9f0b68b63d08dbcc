package dev.gleisner.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/**
 * Runs the usual command lines once, so that the JVM can write down which classes they need: what is rehearsed here
 * starts fast later.
 *
 * <p>The caller gives it a throw-away working directory, home and XDG directories. A host without user namespaces
 * cannot rehearse the sandbox; that is told, and the rest is rehearsed all the same.
 */
public final class Training {
    private static final List<List<String>> REHEARSALS = List.of(
            List.of("record", "--", "true"),
            List.of("wrap", "--", "true"),
            List.of("verify"),
            List.of("inspect"),
            List.of("plan", "--", "true"),
            List.of("profile", "list"),
            List.of("key", "list"),
            List.of("doctor"),
            List.of("--help"),
            List.of("--no-such-option"));

    private Training() {}

    /** Rehearses; prints what could not be. */
    public static void main(String[] args) {
        PrintWriter err = new PrintWriter(System.err, true);
        for (List<String> rehearsal : REHEARSALS) {
            StringWriter told = new StringWriter();
            int status = Main.run(
                    new PrintWriter(new StringWriter()), new PrintWriter(told), rehearsal.toArray(String[]::new));
            if (status == ExitStatus.OURS) {
                err.println("gleisner: `gleisner " + String.join(" ", rehearsal)
                        + "` could not be rehearsed and will start slower: " + firstLine(told.toString()));
            }
        }
        err.flush();
        Runtime.getRuntime().halt(0);
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }
}
