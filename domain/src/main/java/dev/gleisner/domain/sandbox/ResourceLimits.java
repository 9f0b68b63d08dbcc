package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.json.Json;

/**
 * Limits for the sandbox; each is greater than 0.
 *
 * @param memoryBytes all processes together (cgroup {@code memory.max})
 * @param cpuPercent of one processor, all processes together (cgroup {@code cpu.max})
 * @param pids processes and threads (cgroup {@code pids.max}, RLIMIT_NPROC)
 * @param fileDescriptors of one process (RLIMIT_NOFILE)
 * @param fileSizeBytes of one file (RLIMIT_FSIZE)
 */
public record ResourceLimits(long memoryBytes, long cpuPercent, long pids, long fileDescriptors, long fileSizeBytes) {
    public ResourceLimits {
        positive(memoryBytes, "memoryBytes");
        positive(cpuPercent, "cpuPercent");
        positive(pids, "pids");
        positive(fileDescriptors, "fileDescriptors");
        positive(fileSizeBytes, "fileSizeBytes");
    }

    private static void positive(long value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be greater than 0, not " + value);
        }
    }

    Json toJson() {
        return Json.object()
                .put("memoryBytes", memoryBytes)
                .put("cpuPercent", cpuPercent)
                .put("pids", pids)
                .put("fileDescriptors", fileDescriptors)
                .put("fileSizeBytes", fileSizeBytes)
                .build();
    }
}
