package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.RedactLog;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code redact}: a copy of a log without some of its lines. */
final class RedactCommand implements Command {
    @Override
    public String name() {
        return "redact";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Copy the audit log of a record, with nothing but hashes in place of some lines.",
                        "With no BUNDLE it is the newest record of the project in the working directory.",
                        "The signed record still holds for the copy: `gleisner verify --log COPY BUNDLE`. Who knows"
                                + " nearly all of a line can try what its hash stands for.")
                .addOption(Options.list(
                        "--event", "N[,N...]", "Take these lines out, by sequence number; may be given several times."))
                .addOption(Options.list(
                        "--type", "TYPE", "Take out all lines of this type, such as process.exec; may be given again."))
                .addOption(Options.list(
                        "--path",
                        "PREFIX",
                        "Take out all lines with a path that begins so, or with that text anywhere in another value;"
                                + " may be given again."))
                .addOption(Options.value(
                        "--log", "FILE", "The audit log (default: beside the bundle, as the statement names it)."))
                .addOption(Options.output("Write the copy there; a file that is not there yet."))
                .addPositional(Options.words("BUNDLE", "0..1", "The record."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Set<Long> events = new HashSet<>();
        for (String list : Options.texts(arguments, "--event")) {
            for (String number : list.split(",", -1)) {
                events.add(Options.count(number, "--event"));
            }
        }
        List<String> types = Options.texts(arguments, "--type");
        List<String> texts = Options.texts(arguments, "--path");
        if (events.isEmpty() && types.isEmpty() && texts.isEmpty()) {
            throw new GleisnerException.BadInput(
                    "redact", "which lines to take out is not said", "add --event, --type or --path");
        }
        if (texts.contains("")) {
            throw new GleisnerException.BadInput(
                    "--path", "an empty text stands in every line", "give the beginning of a path");
        }
        Path copy = Options.text(arguments, "--output")
                .map(Path::of)
                .orElseThrow(() -> new GleisnerException.BadInput(
                        "redact", "where the copy goes is not said", "add --output FILE"));
        Registry registry = new Registry();
        Verifier parser = Choice.best("verifier", registry.verifiers()).create();
        Path bundle = Records.one(registry, arguments, console);
        RedactLog.Result result = RedactLog.run(
                parser,
                Records.statement(registry, bundle),
                bundle,
                Options.text(arguments, "--log").map(Path::of),
                new RedactLog.Selection(events, new HashSet<>(types), texts),
                copy);
        console.say(result.redacted() + " of " + result.lines() + " lines are redacted in " + copy);
        return ExitStatus.OK;
    }
}
