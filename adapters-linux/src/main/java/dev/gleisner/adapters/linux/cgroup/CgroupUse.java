package dev.gleisner.adapters.linux.cgroup;

import java.time.Duration;
import java.util.Optional;

/**
 * What a group used, by the kernel's own count; a figure is empty where its controller is not there.
 *
 * @param userTime processor time in user mode ({@code cpu.stat})
 * @param systemTime processor time in the kernel ({@code cpu.stat})
 * @param throttled time for which {@code cpu.max} held the group back
 * @param peakMemoryBytes {@code memory.peak}; Linux 5.19
 * @param oomKills {@code oom_kill} of {@code memory.events}
 * @param peakPids {@code pids.peak}; Linux 6.1
 * @param refusedForks {@code max} of {@code pids.events}
 */
public record CgroupUse(
        Optional<Duration> userTime,
        Optional<Duration> systemTime,
        Optional<Duration> throttled,
        Optional<Long> peakMemoryBytes,
        Optional<Long> oomKills,
        Optional<Long> peakPids,
        Optional<Long> refusedForks) {}
