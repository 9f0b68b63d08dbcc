package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.json.Json;
import java.time.Duration;
import java.util.Optional;

/**
 * What the command used, with all it started.
 *
 * @param userTime processor time in user mode (getrusage(2))
 * @param systemTime processor time in the kernel
 * @param maxResidentBytes largest resident set of any one process
 * @param cgroupPeakMemoryBytes {@code memory.peak} of the cgroup, where there was one
 * @param oomKills {@code oom_kill} of {@code memory.events}, where there was a memory controller
 */
public record ResourceUse(
        Duration userTime,
        Duration systemTime,
        long maxResidentBytes,
        Optional<Long> cgroupPeakMemoryBytes,
        Optional<Long> oomKills) {
    /** Its form in the statement. */
    public Json toJson() {
        return Json.object()
                .put("userMicros", userTime.toNanos() / 1000)
                .put("systemMicros", systemTime.toNanos() / 1000)
                .put("maxResidentBytes", maxResidentBytes)
                .put("cgroupPeakMemoryBytes", cgroupPeakMemoryBytes.map(Json::of))
                .put("oomKills", oomKills.map(Json::of))
                .build();
    }
}
