package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Passphrases;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.KeyRing;
import dev.gleisner.ports.usecase.Choice;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code key}: the keys that this user signs with and trusts. */
final class KeyCommand implements Command {
    @Override
    public String name() {
        return "key";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description("Make, list, trust and export keys.");
        return spec;
    }

    @Override
    public List<Command> subcommands() {
        return List.of(new Generate(), new ListKeys(), new Trust(), new Export());
    }

    @Override
    public int run(ParseResult arguments, Console console) {
        throw new IllegalStateException("picocli runs the subcommand");
    }

    private static KeyRing ring() throws GleisnerException {
        return Choice.best("signer", new Registry().signers()).keyRing();
    }

    private static String one(ParseResult arguments, String what) throws GleisnerException {
        List<String> words = Options.words(arguments);
        if (words.size() != 1) {
            throw new GleisnerException.BadInput("key", words.size() + " names given", "give exactly one " + what);
        }
        return words.getFirst();
    }

    private static final class Generate implements Command {
        @Override
        public String name() {
            return "generate";
        }

        @Override
        public CommandSpec spec() {
            return Options.command(
                            this,
                            "Make an ECDSA P-256 key for signing.",
                            "The key `local` is made by itself when something is signed for the first time.")
                    .addOption(Options.flag("--encrypt", "Ask for a passphrase and encrypt the key with it."))
                    .addOption(Options.value(
                            "--passphrase-file", "FILE", "Encrypt the key with the first line of this file."))
                    .addPositional(Options.words("NAME", "0..1", "Name of the key (default: local)."));
        }

        @Override
        public int run(ParseResult arguments, Console console) throws GleisnerException {
            List<String> words = Options.words(arguments);
            String name = words.isEmpty() ? "local" : words.getFirst();
            Optional<String> file = Options.text(arguments, "--passphrase-file");
            Optional<char[]> passphrase = Optional.empty();
            if (file.isPresent() || Options.has(arguments, "--encrypt")) {
                passphrase = Optional.of(Passphrases.source(file).ask("the new key " + name));
            }
            try {
                KeyRing.Entry entry = ring().generate(name, passphrase);
                console.out().println(entry.keyId() + "  " + entry.name() + "  " + entry.file());
            } finally {
                passphrase.ifPresent(characters -> Arrays.fill(characters, '\0'));
            }
            console.say("`gleisner key trust " + name + "` makes `verify` accept it on this host");
            return ExitStatus.OK;
        }
    }

    private static final class ListKeys implements Command {
        @Override
        public String name() {
            return "list";
        }

        @Override
        public CommandSpec spec() {
            return Options.command(this, "List the keys of this host.")
                    .addOption(Options.flag("--json", "Print JSON."));
        }

        @Override
        public int run(ParseResult arguments, Console console) throws GleisnerException {
            List<KeyRing.Entry> entries = ring().list();
            if (Options.has(arguments, "--json")) {
                Json.Arr rows = Json.array(
                        entries,
                        entry -> Json.object()
                                .put("name", entry.name())
                                .put("keyId", entry.keyId())
                                .put("signing", entry.signing())
                                .put("trusted", entry.trusted())
                                .put("file", entry.file().toString())
                                .build());
                console.out().println(new String(CanonicalJson.bytes(rows), StandardCharsets.UTF_8));
                return ExitStatus.OK;
            }
            for (KeyRing.Entry entry : entries) {
                console.out()
                        .println(entry.keyId() + "  " + entry.name() + "  " + (entry.signing() ? "signing " : "")
                                + (entry.trusted() ? "trusted" : "not trusted"));
            }
            if (entries.isEmpty()) {
                console.say("no keys yet; the first `gleisner record` makes one, or `gleisner key generate`");
            }
            return ExitStatus.OK;
        }
    }

    private static final class Trust implements Command {
        @Override
        public String name() {
            return "trust";
        }

        @Override
        public CommandSpec spec() {
            return Options.command(
                            this,
                            "Make `verify` accept what a key signs.",
                            "Do this only for a key that you got from its owner by a way you trust.")
                    .addOption(Options.value("--name", "NAME", "Its name in the key ring (default: the file's name)."))
                    .addPositional(Options.words(
                            "KEY", "1", "PEM file of a public key, or the name of a signing key of this host."));
        }

        @Override
        public int run(ParseResult arguments, Console console) throws GleisnerException {
            String key = one(arguments, "key");
            KeyRing.Entry entry =
                    ring().trust(key, Options.text(arguments, "--name").orElse(baseName(key)));
            console.out().println(entry.keyId() + "  " + entry.name() + "  trusted");
            return ExitStatus.OK;
        }

        private static String baseName(String key) {
            String name = key.substring(key.lastIndexOf('/') + 1);
            int dot = name.lastIndexOf('.');
            return dot > 0 ? name.substring(0, dot) : name;
        }
    }

    private static final class Export implements Command {
        @Override
        public String name() {
            return "export";
        }

        @Override
        public CommandSpec spec() {
            return Options.command(this, "Print the public half of a key as PEM.")
                    .addPositional(Options.words("NAME", "0..1", "Name of the key (default: local)."));
        }

        @Override
        public int run(ParseResult arguments, Console console) throws GleisnerException {
            List<String> words = Options.words(arguments);
            console.out().print(ring().exportPublic(words.isEmpty() ? "local" : words.getFirst()));
            console.out().flush();
            return ExitStatus.OK;
        }
    }
}
