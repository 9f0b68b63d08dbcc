package dev.gleisner.cli.command;

import dev.gleisner.cli.Console;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.statement.StatementView;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Verifier;
import dev.gleisner.ports.usecase.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** Finds and opens records for the commands that show them. */
final class Records {
    private Records() {}

    /** The newest record of the project in the working directory, and says which one it is. */
    static Path newest(Registry registry, Console console) throws GleisnerException {
        EvidenceStore store =
                Choice.best("evidence store", registry.evidenceStores()).create();
        Path project = workingDirectory();
        try (EvidenceStore.Chain chain = store.lockChain(project)) {
            Optional<Stored> stored = chain.newest();
            if (stored.isEmpty()) {
                throw new GleisnerException.BadInput(
                        "no BUNDLE given",
                        "there is no record of " + project,
                        "name a bundle, or change to a directory where `gleisner record` was run");
            }
            console.say("the newest record of " + project);
            return stored.get().bundle();
        }
    }

    /** The record that the command line names, or else the newest one. */
    static Path one(Registry registry, ParseResult arguments, Console console) throws GleisnerException {
        List<String> words = Options.words(arguments);
        if (words.size() > 1) {
            throw new GleisnerException.BadInput("BUNDLE", words.size() + " records given", "name one");
        }
        return words.isEmpty() ? newest(registry, console) : Path.of(words.getFirst());
    }

    /** Whether a bundle lies in the user's own evidence store, where no recorded command can put one. */
    static boolean own(Registry registry, Path bundle) throws GleisnerException {
        EvidenceStore store =
                Choice.best("evidence store", registry.evidenceStores()).create();
        try {
            return Files.exists(bundle)
                    && Files.exists(store.root())
                    && bundle.toRealPath().startsWith(store.root().toRealPath());
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed("bundle " + bundle, e.toString(), "make it readable", e);
        }
    }

    /** The statement in a bundle; its signature is not checked. */
    static StatementView statement(Registry registry, Path bundle) throws GleisnerException {
        Verifier verifier = Choice.best("verifier", registry.verifiers()).create();
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(bundle);
        } catch (NoSuchFileException _) {
            throw new GleisnerException.BadInput(
                    "bundle " + bundle, "there is no such file", "name a bundle, such as one in .gleisner/");
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed("bundle " + bundle, e.toString(), "make it readable", e);
        }
        if (verifier.parse(verifier.open(bytes).payload()) instanceof Json.Obj object) {
            return StatementView.of(object);
        }
        throw new GleisnerException.EvidenceRejected(
                "statement.type", "bundle " + bundle, "its payload is no JSON object", "name a record of Gleisner");
    }

    /** The working directory with links resolved. */
    static Path workingDirectory() throws GleisnerException {
        try {
            return Path.of("").toRealPath();
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "the working directory", e.toString(), "change to a directory that exists", e);
        }
    }
}
