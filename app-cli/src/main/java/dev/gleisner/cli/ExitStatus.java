package dev.gleisner.cli;

/**
 * Exit statuses; the README's table. A wrapped command's own status passes through, 128+n for signal n.
 */
public final class ExitStatus {
    /** It worked, and everything that was asked holds. */
    public static final int OK = 0;
    /** A verification failed, or two things that were compared differ. */
    public static final int FAILED = 1;
    /** The command line, a profile or a policy is wrong. */
    public static final int USAGE = 2;
    /** {@code --timeout} ended the command, as in timeout(1). */
    public static final int TIMED_OUT = 124;
    /** Gleisner itself failed, as in timeout(1). */
    public static final int OURS = 125;
    /** The command cannot be executed. */
    public static final int NOT_EXECUTABLE = 126;
    /** The command is not there. */
    public static final int NOT_FOUND = 127;

    private ExitStatus() {}
}
