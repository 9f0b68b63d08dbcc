package dev.gleisner.ports.usecase;

import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.OutputTaps;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.StagedSandbox;
import java.time.Duration;
import java.util.Optional;

/** Runs a command in a sandbox and keeps no record. */
public final class WrapCommand {
    private WrapCommand() {}

    /** How it went. */
    public record Result(Exit exit, Outcome outcome, EnforcementReport enforcement) {}

    /**
     * Runs the command to its end.
     *
     * @throws GleisnerException when it could not be started
     */
    public static Result run(
            SandboxBackend backend, SandboxSpec spec, Optional<Duration> timeout, Interruptions interruptions)
            throws GleisnerException {
        try (StagedSandbox sandbox = backend.stage(spec, OutputTaps.NONE);
                Supervision supervision = Supervision.of(sandbox, interruptions, reason -> {})) {
            sandbox.release();
            Supervision.Result end = supervision.await(timeout);
            return new Result(end.ended().exit(), end.outcome(), sandbox.enforcement());
        }
    }
}
