package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.RecordReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code receipt}: what a session did, as one JSON document that other tools read. */
final class ReceiptCommand implements Command {
    @Override
    public String name() {
        return "receipt";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Write what a session did as an execution receipt (JSON, v0.3.0), from its record alone.",
                        "With no BUNDLE it is the newest record of the project in the working directory.",
                        "A record whose signature or audit log does not hold gets no receipt, nor does one from"
                                + " elsewhere that nobody you trust has signed.")
                .addOption(Options.output("Write to this file instead of standard output."))
                .addOption(Options.list(
                        "--public-key", "FILE", "Trust this key (PEM) and no other; may be given several times."))
                .addOption(Options.value(
                        "--log", "FILE", "The audit log (default: beside the bundle, as the statement names it)."))
                .addPositional(Options.words("BUNDLE", "0..1", "The record."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Registry registry = new Registry();
        Path bundle = Records.one(registry, arguments, console);
        Optional<String> output = Options.text(arguments, "--output");
        if (output.isEmpty()) {
            Documents.print(Receipts.of(record(registry, bundle, arguments)).toJson(), console.out());
        } else {
            try (OutputFile file = OutputFile.open("--output", output.get())) {
                file.write(Receipts.of(record(registry, bundle, arguments)).toJson());
            }
        }
        return ExitStatus.OK;
    }

    private static RecordReader record(Registry registry, Path bundle, ParseResult arguments) throws GleisnerException {
        Verifier verifier = Choice.best("verifier", registry.verifiers()).create();
        Optional<Path> log = Options.text(arguments, "--log").map(Path::of);
        List<Path> keys =
                Options.texts(arguments, "--public-key").stream().map(Path::of).toList();
        return keys.isEmpty() && Records.own(registry, bundle)
                ? RecordReader.own(verifier, bundle, log)
                : RecordReader.trusted(verifier, bundle, log, new Verifier.Trust(keys, keys.isEmpty()));
    }
}
