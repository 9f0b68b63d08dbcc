package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.HostFacts;
import dev.gleisner.ports.HostView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Asks this host for the facts that a tape depends on. */
final class Host {
    private static final int RLIMIT_FSIZE = 1;
    private static final int RLIMIT_NPROC = 6;
    private static final int RLIMIT_NOFILE = 7;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int CLOCK_BOOTTIME = 7;

    private Host() {}

    static HostFacts facts(HostView view) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pair = arena.allocate(16, 8);
            return new HostFacts(
                    view,
                    Kernel.raw(SysNr.GETPID, 0, 0, 0),
                    seconds(CLOCK_MONOTONIC, pair),
                    seconds(CLOCK_BOOTTIME, pair),
                    hardLimit(RLIMIT_NOFILE, pair),
                    hardLimit(RLIMIT_FSIZE, pair),
                    hardLimit(RLIMIT_NPROC, pair));
        }
    }

    private static long seconds(int clock, MemorySegment pair) throws SyscallException {
        long _ = Kernel.call("clock_gettime", SysNr.CLOCK_GETTIME, clock, pair.address(), 0);
        return pair.get(ValueLayout.JAVA_LONG, 0);
    }

    private static long hardLimit(int resource, MemorySegment pair) throws SyscallException {
        long _ = Kernel.call("prlimit64", SysNr.PRLIMIT64, 0, resource, 0, pair.address(), 0, 0);
        return pair.get(ValueLayout.JAVA_LONG, 8);
    }
}
