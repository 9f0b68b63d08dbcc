package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.spawn.InitProcess;
import dev.gleisner.adapters.linux.spawn.InitRecord;
import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.NativeTape;
import dev.gleisner.adapters.linux.tape.Tape;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.StagedSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Starts init and hears it out until the command waits behind its last layer. */
final class Staging {
    private static final int READY_MILLIS = 30_000;

    private Staging() {}

    static StagedSandbox stage(Tape tape, SandboxSpec spec, OutputTaps taps) throws GleisnerException {
        Errors errors = new Errors(tape);
        try {
            InitProcess init = InitProcess.start(tape, new int[] {-1, -1, -1});
            int processOne = 0;
            while (true) {
                Optional<InitRecord> next = init.next(READY_MILLIS);
                if (next.isEmpty()) {
                    throw new IllegalStateException("no record");
                }
                switch (next.get()) {
                    case InitRecord.Value(var tag, var value) -> {
                        assert tag == NativeTape.TAG_PROCESS_ONE;
                        processOne = (int) value;
                    }
                    case InitRecord.Failed failed -> throw errors.failed(failed);
                    case InitRecord.Skipped _, InitRecord.Probed _, InitRecord.Ended _ -> {}
                    case InitRecord.Ready _ -> {
                        var _ = InitProcess.reap(init.pid());
                        long pid = onlyChild(processOne);
                        Fd pidfd = new Fd((int) Kernel.call("pidfd_open", SysNr.PIDFD_OPEN, pid, 0, 0));
                        return new InitSandbox(
                                init,
                                errors,
                                processOne,
                                pid,
                                pidfd,
                                new EnforcementReport("native", true, List.of(), List.of()));
                    }
                }
            }
        } catch (SyscallException e) {
            throw errors.lost(e);
        }
    }

    private static long onlyChild(int parent) {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/" + parent + "/task/" + parent + "/children"))
                    .strip());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
