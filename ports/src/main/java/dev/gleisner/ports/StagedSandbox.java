package dev.gleisner.ports;

import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.ResourceUse;
import java.util.OptionalInt;

/**
 * A sandbox that stands, with a command that waits in it. Closing it kills everything inside and removes what was
 * made for it; closing twice does no harm.
 */
public interface StagedSandbox extends AutoCloseable {
    /**
     * How it ended.
     *
     * @param exit of the command itself
     * @param resources of everything inside
     */
    record Ended(Exit exit, ResourceUse resources) {}

    /** The command's process as the host numbers it. */
    long pid();

    /**
     * Descriptor of the seccomp listener that the traps report to, as long as this is open; empty without traps.
     *
     * @spec https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html seccomp_unotify(2)
     */
    OptionalInt listener();

    /** What is in force, as measured. */
    EnforcementReport enforcement();

    /**
     * Lets the command start.
     *
     * @throws GleisnerException when exec fails or the sandbox has died meanwhile
     */
    void release() throws GleisnerException;

    /**
     * Waits until the command has ended, everything it left behind is killed, and its output is delivered.
     *
     * @throws InterruptedException when the waiting thread is interrupted; the sandbox lives on
     */
    Ended await() throws GleisnerException, InterruptedException;

    /** Sends a signal to the command; does nothing when it has ended. */
    void signal(int signal);

    /** Kills everything inside, at once and for certain. */
    void kill();

    @Override
    void close();
}
