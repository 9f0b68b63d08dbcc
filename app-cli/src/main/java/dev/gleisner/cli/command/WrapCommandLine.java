package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.cli.Signals;
import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.usecase.Resolution;
import dev.gleisner.ports.usecase.WrapCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code wrap}: the sandbox without a record. */
final class WrapCommandLine implements Command {
    @Override
    public String name() {
        return "wrap";
    }

    @Override
    public CommandSpec spec() {
        return RunOptions.addTimeout(RunOptions.addTo(Options.command(
                this,
                "Run a command in a sandbox and keep no record.",
                "The exit status is the command's, 128+n when signal n ended it.")));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Registry registry = new Registry();
        RunOptions options = new RunOptions(arguments, registry);
        SandboxBackend backend = options.backend();
        Resolution resolution = options.resolve(OutOfReach.directories(registry));
        options.announce(resolution, backend, console);
        WrapCommand.Result result = WrapCommand.run(backend, resolution.spec(), options.timeout(), new Signals());
        if (options.verbose()) {
            Summaries.enforcement(result.enforcement(), console);
        }
        return result.outcome() == Outcome.TIMED_OUT
                ? ExitStatus.TIMED_OUT
                : result.exit().status();
    }
}
