package dev.gleisner.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs the usual command lines once, so that the JVM can write down which classes they need: what is rehearsed here
 * starts fast later.
 *
 * <p>The caller gives it a throw-away working directory, home and XDG directories. A host without user namespaces
 * cannot rehearse the sandbox; that is told, and the rest is rehearsed all the same.
 */
public final class Training {
    private static final List<List<String>> WRAP = List.of(List.of("wrap", "--", "true"));

    private static final List<List<String>> RECORD = List.of(List.of("record", "--", "true"));

    private static final List<List<String>> OTHER = List.of(
            List.of("record", "--", "true"),
            List.of("verify"),
            List.of("prove", "--event", "0"),
            List.of("inspect"),
            List.of("plan", "--", "true"),
            List.of("profile", "list"),
            List.of("key", "list"),
            List.of("doctor"),
            List.of("--help"),
            List.of("--no-such-option"));

    private Training() {}

    /** Rehearses what the first argument names, {@code wrap}, {@code record} or else all; prints what could not be. */
    public static void main(String[] args) {
        PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true);
        List<List<String>> rehearsals = switch (args[0]) {
            case "wrap" -> WRAP;
            case "record" -> RECORD;
            case "other" -> OTHER;
            default -> Stream.concat(WRAP.stream(), OTHER.stream()).toList();
        };
        for (List<String> rehearsal : rehearsals) {
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
