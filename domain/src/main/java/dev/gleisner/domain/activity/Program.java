package dev.gleisner.domain.activity;

import dev.gleisner.domain.event.Event;
import java.util.ArrayList;
import java.util.List;

/** A program that a process became. */
public final class Program {
    private final List<String> argv;
    private final boolean truncated;
    private final List<String> sources = new ArrayList<>(1);
    private String executable;
    private String workingDirectory;

    Program(String source, String executable, List<String> argv, boolean truncated, String workingDirectory) {
        this.executable = executable;
        this.argv = argv;
        this.truncated = truncated;
        this.workingDirectory = workingDirectory;
        sources.add(source);
    }

    /** Another source saw it too, perhaps more of it. */
    boolean alsoSeenBy(String source, List<String> words, String file, String directory) {
        if (sources.contains(source) || !argv.equals(words)) {
            return false;
        }
        sources.add(source);
        // A source that does not resolve paths says what the process said.
        if (!executable.startsWith("/") && file.startsWith("/")) {
            executable = file;
        }
        if (workingDirectory.isEmpty()) {
            workingDirectory = directory;
        }
        return true;
    }

    /** The file that runs. */
    public String executable() {
        return executable;
    }

    /** Its arguments, the program's name first. */
    public List<String> argv() {
        return argv;
    }

    /** Whether arguments are missing or cut off. */
    public boolean truncated() {
        return truncated;
    }

    /** Where it started; empty when not known. */
    public String workingDirectory() {
        return workingDirectory;
    }

    /** The arguments with spaces between them; the file when there are none. */
    public String commandLine() {
        return commandLine(executable, argv);
    }

    /** The same of an event. */
    public static String commandLine(Event.ProcessExec exec) {
        return commandLine(exec.executable(), exec.argv());
    }

    private static String commandLine(String executable, List<String> argv) {
        return argv.isEmpty() ? executable : String.join(" ", argv);
    }
}
