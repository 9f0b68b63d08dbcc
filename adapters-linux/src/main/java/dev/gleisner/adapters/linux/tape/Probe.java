package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.sandbox.ProbeReport;
import java.util.List;

/**
 * Something forbidden that the command-to-be tries with every layer in force, just before it waits for its release.
 *
 * @param op the operation on the tape whose result is judged
 * @param id stable name of the probe
 * @param attempt what is tried, in words
 * @param accepted the results of a sandbox that holds; error numbers are negative
 */
public record Probe(int op, String id, String attempt, List<Long> accepted) {
    public Probe {
        accepted = List.copyOf(accepted);
    }

    /** What came of it. */
    public ProbeReport judge(long result) {
        StringBuilder expected = new StringBuilder();
        for (long each : accepted) {
            expected.append(expected.isEmpty() ? "" : " or ").append(name(each));
        }
        return new ProbeReport(id, attempt, expected.toString(), name(result), accepted.contains(result));
    }

    /** The report when init never came to it. */
    public ProbeReport missing() {
        return new ProbeReport(id, attempt, "an answer", "none", false);
    }

    private static String name(long result) {
        return result < 0 ? Errno.symbol((int) -result) : Long.toString(result);
    }
}
