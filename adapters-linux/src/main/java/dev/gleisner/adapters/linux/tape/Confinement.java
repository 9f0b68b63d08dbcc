package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.landlock.LandlockPlan;
import dev.gleisner.adapters.linux.seccomp.SeccompProgram;
import java.util.Optional;

/**
 * The layers that are worked out apart from the tape.
 *
 * @param landlock its rules; empty when the layer is off
 * @param seccomp the filter; empty when the layer is off
 * @param cgroup directory of the command's own cgroup; empty when it gets none
 * @param stdio which of the standard streams become the sandbox's own terminal
 * @param trap what makes system calls wait for a sensor; empty when none is to wait
 */
public record Confinement(
        Optional<LandlockPlan> landlock,
        Optional<SeccompProgram> seccomp,
        Optional<String> cgroup,
        Stdio stdio,
        Optional<Trap> trap) {

    /**
     * A filter with a listener.
     *
     * @param program which calls wait
     * @param flags of seccomp(2), as far as this kernel knows them
     */
    public record Trap(SeccompProgram program, long flags) {}

    /**
     * Which of the standard streams become the sandbox's own terminal.
     *
     * @param in descriptor 0
     * @param out descriptor 1
     * @param err descriptor 2
     */
    public record Stdio(boolean in, boolean out, boolean err) {
        /** None does. */
        public static final Stdio PLAIN = new Stdio(false, false, false);

        /** Whether the sandbox needs a terminal. */
        public boolean terminal() {
            return in || out || err;
        }
    }
}
