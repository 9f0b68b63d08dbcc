package dev.gleisner.adapters.linux.tape;

import dev.gleisner.ports.HostView;

/**
 * What a tape depends on besides the policy. A record, so that tests can invent hosts: the same facts and the same
 * policy give the same tape.
 *
 * @param view of the host's files
 * @param supervisor our own process id
 * @param monotonicSeconds CLOCK_MONOTONIC now
 * @param bootSeconds CLOCK_BOOTTIME now
 * @param hardFileDescriptors our hard RLIMIT_NOFILE
 * @param hardFileSize our hard RLIMIT_FSIZE; -1 for none
 * @param hardProcesses our hard RLIMIT_NPROC; -1 for none
 */
public record HostFacts(
        HostView view,
        long supervisor,
        long monotonicSeconds,
        long bootSeconds,
        long hardFileDescriptors,
        long hardFileSize,
        long hardProcesses) {}
