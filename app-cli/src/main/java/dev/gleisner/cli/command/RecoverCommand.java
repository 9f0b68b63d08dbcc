package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Passphrases;
import dev.gleisner.cli.Registry;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Signer;
import dev.gleisner.ports.usecase.Choice;
import dev.gleisner.ports.usecase.RecoverSessions;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code recover}: signed records of sessions whose supervisor died. */
final class RecoverCommand implements Command {
    @Override
    public String name() {
        return "recover";
    }

    @Override
    public CommandSpec spec() {
        return Options.command(
                        this,
                        "Complete and sign the records of sessions of this project that were cut off.",
                        "The next `gleisner record` does the same by itself.")
                .addOption(Options.value("--signing-key", "FILE", "Private key, as for `record`."))
                .addOption(Options.value(
                        "--passphrase-file", "FILE", "The first line of this file opens an encrypted key."));
    }

    @Override
    public int run(ParseResult arguments, Console console) throws GleisnerException {
        Registry registry = new Registry();
        EvidenceStore evidence =
                Choice.best("evidence store", registry.evidenceStores()).create();
        Signer signer = Choice.best("signer", registry.signers())
                .create(
                        Options.text(arguments, "--signing-key").map(Path::of),
                        Passphrases.source(Options.text(arguments, "--passphrase-file")));
        List<Stored> recovered = recover(registry, evidence, signer, Records.workingDirectory());
        for (Stored stored : recovered) {
            console.out().println(stored.bundle());
        }
        if (recovered.isEmpty()) {
            console.say("nothing to recover");
        }
        return ExitStatus.OK;
    }

    static List<Stored> recover(Registry registry, EvidenceStore evidence, Signer signer, Path project)
            throws GleisnerException {
        if (evidence.unfinished(project).isEmpty()) {
            return List.of();
        }
        return RecoverSessions.run(
                evidence, signer, Choice.best("verifier", registry.verifiers()).create(), Clock.systemUTC(), project);
    }
}
