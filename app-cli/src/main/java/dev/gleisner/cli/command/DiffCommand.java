package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.statement.StatementDiff;
import dev.gleisner.ports.GleisnerException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code diff}: what two records disagree about. */
final class DiffCommand implements Command {
    @Override
    public String name() {
        return "diff";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Compare what two records say; their signatures are not checked.",
                        "The exit status is 0 when they agree, 1 when they differ.")
                .addOption(Options.flag("--json", "Print JSON."))
                .addPositional(Options.words("BUNDLE", "2", "The older and the newer record."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        List<String> bundles = Options.words(arguments);
        if (bundles.size() != 2) {
            throw new GleisnerException.BadInput(
                    "diff", bundles.size() + " records given", "name two: the older and the newer one");
        }
        Registry registry = new Registry();
        StatementDiff diff = StatementDiff.of(
                Records.statement(registry, Path.of(bundles.getFirst())),
                Records.statement(registry, Path.of(bundles.getLast())));
        if (Options.has(arguments, "--json")) {
            console.out().println(new String(CanonicalJson.bytes(diff.toJson()), StandardCharsets.UTF_8));
        } else {
            diff.lines().forEach(console.out()::println);
        }
        return diff.same() ? ExitStatus.OK : ExitStatus.FAILED;
    }
}
