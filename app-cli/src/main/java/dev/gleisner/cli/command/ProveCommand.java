package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.Json;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.ProveEvent;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code prove}: one line of a log with the proof that it is in there. */
final class ProveCommand implements Command {
    @Override
    public String name() {
        return "prove";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Prove that one line is in the audit log of a record, to somebody who gets only that line.",
                        "With no BUNDLE it is the newest record of the project in the working directory.",
                        "Who has the bundle checks the proof with `gleisner verify --proof FILE BUNDLE`.")
                .addOption(Options.value("--event", "N", "The line's sequence number; the first one is 0."))
                .addOption(Options.value(
                        "--log", "FILE", "The audit log (default: beside the bundle, as the statement names it)."))
                .addOption(Options.output("Write the proof there (default: print it)."))
                .addPositional(Options.words("BUNDLE", "0..1", "The record."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        long event = Options.count(
                Options.text(arguments, "--event")
                        .orElseThrow(() -> new GleisnerException.BadInput(
                                "prove", "which event is not said", "add --event N, N being its sequence number")),
                "--event");
        Registry registry = new Registry();
        Path bundle = Records.one(registry, arguments, console);
        Optional<String> output = Options.text(arguments, "--output");
        if (output.isEmpty()) {
            Documents.print(prove(registry, bundle, arguments, event), console.out());
        } else {
            try (OutputFile file = OutputFile.open("--output", output.get())) {
                file.write(prove(registry, bundle, arguments, event));
            }
        }
        return ExitStatus.OK;
    }

    private static Json.Obj prove(Registry registry, Path bundle, ParseResult arguments, long event)
            throws GleisnerException {
        Optional<Path> log = Options.text(arguments, "--log").map(Path::of);
        return ProveEvent.run(Records.statement(registry, bundle), bundle, log, event)
                .toJson();
    }
}
