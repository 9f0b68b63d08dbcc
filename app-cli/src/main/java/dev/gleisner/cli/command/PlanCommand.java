package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.SandboxBackend;
import dev.gleisner.ports.usecase.Resolution;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code plan}: what would be done, without doing any of it. */
final class PlanCommand implements Command {
    @Override
    public String name() {
        return "plan";
    }

    @Override
    public CommandSpec spec() {
        return RunOptions.addTo(Options.command(
                        this,
                        "Print every system call that would build the sandbox, and make none.",
                        "Needs no privilege and changes nothing."))
                .addOption(Options.flag("--seccomp", "Print the system call filter instead, one instruction a line."))
                .addOption(Options.flag("--policy", "Print the effective policy instead, as canonical JSON."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Registry registry = new Registry();
        RunOptions options = new RunOptions(arguments, registry);
        SandboxBackend backend = options.backend();
        Resolution resolution = options.resolve(OutOfReach.directories(registry));
        if (options.verbose()) {
            resolution.notes().forEach(console::say);
        }
        if (Options.has(arguments, "--policy")) {
            console.out()
                    .println(new String(CanonicalJson.bytes(resolution.spec().toJson()), StandardCharsets.UTF_8));
            return ExitStatus.OK;
        }
        List<String> lines = Options.has(arguments, "--seccomp")
                ? backend.seccompListing(resolution.spec())
                : backend.plan(resolution.spec());
        lines.forEach(console.out()::println);
        if (lines.isEmpty()) {
            console.say("nothing: the profile asks for none, or this backend installs none");
        }
        return ExitStatus.OK;
    }
}
