package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.ports.GleisnerException;

/**
 * What the programs counted, added up over all CPUs: {@code struct counters} of record.h.
 *
 * @param sent records in the ring
 * @param lost records that found no room
 * @param absent opens and changes of names that are not there
 * @param truncated records with a part that was cut
 * @param byPathOnly files opened with O_PATH, for neither reading nor writing
 * @param foreign 32-bit system calls, which are not decoded
 * @param fallback clone3 that a filter answered with ENOSYS
 * @param untracked processes that the table of followed processes had no room for
 */
record Counters(
        long sent,
        long lost,
        long absent,
        long truncated,
        long byPathOnly,
        long foreign,
        long fallback,
        long untracked) {
    private static final int KINDS = 10;
    private static final int SINGLE = 6;
    static final int BYTES = 8 * (2 * KINDS + SINGLE);

    /** Reads the map {@code counts}. */
    static Counters read(int map, int cpus) throws GleisnerException {
        long[] sum = new long[2 * KINDS + SINGLE];
        byte[] value = new byte[BYTES];
        for (int cpu = 0; cpu < cpus; cpu++) {
            int result = Bpf.lookup(map, cpu, value);
            if (result < 0) {
                throw new GleisnerException.KernelRefused(
                        "read how many events the ebpf sensor lost",
                        Errno.describe(-result),
                        -result,
                        "record again; if it happens again, report it with this text",
                        null);
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += Bytes.int64(value, 8 * i);
            }
        }
        long sent = 0;
        long lost = 0;
        for (int kind = 0; kind < KINDS; kind++) {
            sent += sum[kind];
            lost += sum[KINDS + kind];
        }
        int at = 2 * KINDS;
        return new Counters(sent, lost, sum[at], sum[at + 1], sum[at + 2], sum[at + 3], sum[at + 4], sum[at + 5]);
    }
}
