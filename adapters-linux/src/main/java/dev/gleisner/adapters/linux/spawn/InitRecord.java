package dev.gleisner.adapters.linux.spawn;

import dev.gleisner.domain.sandbox.Exit;
import java.time.Duration;

/** One thing that init says on its status pipe: 16 bytes (kind, operation, value), {@link Ended} with 144 more. */
public sealed interface InitRecord {
    /** Size of a record. */
    int BYTES = 16;

    /** struct rusage of getrusage(2), which follows the record that ends all. */
    int USAGE_BYTES = 144;

    /** A fatal operation failed; init has ended. {@code op} is -1 when the tape itself could not be read. */
    record Failed(int op, int errno) implements InitRecord {}

    /** A best-effort operation failed. */
    record Skipped(int op, int errno) implements InitRecord {}

    /** What a probe answered: the result, or a negated error number. */
    record Probed(int op, long result) implements InitRecord {}

    /** A value the tape was asked to tell. */
    record Value(int tag, long value) implements InitRecord {}

    /** The command is one byte away from its start. */
    record Ready() implements InitRecord {}

    /** The command has ended and everything it left behind is killed. */
    record Ended(Exit exit, Duration userTime, Duration systemTime, long maxResidentBytes) implements InitRecord {}

    /** The status of wait4(2) in our words. */
    static Exit exit(int waitStatus) {
        int signal = waitStatus & 0x7f;
        return signal == 0 ? new Exit.Code(waitStatus >> 8 & 0xff) : new Exit.Signal(signal);
    }
}
