package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import dev.gleisner.cli.Console;
import dev.gleisner.cli.ExitStatus;
import dev.gleisner.cli.Registry;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProfileSource;
import dev.gleisner.ports.usecase.Choice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code profile}: what profiles there are, what they say, whether one is right. */
final class ProfileCommand implements Command {
    @Override
    public String name() {
        return "profile";
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create();
        spec.usageMessage().description("List, show and validate sandbox profiles.");
        return spec;
    }

    @Override
    public List<Command> subcommands() {
        return List.of(new ListProfiles(), new Show(), new Validate());
    }

    @Override
    public int run(ParseResult arguments, Console console) {
        throw new IllegalStateException("picocli runs the subcommand");
    }

    private static ProfileSource source() throws GleisnerException {
        return Choice.best("profile source", new Registry().profileSources()).create();
    }

    private static final class ListProfiles implements Command {
        @Override
        public String name() {
            return "list";
        }

        @Override
        public CommandSpec spec() {
            return Options.command(
                            this,
                            "List the profiles that can be named.",
                            "A profile in ~/.config/gleisner/profiles hides one in /etc/gleisner/profiles or"
                                    + " /usr/share/gleisner/profiles, and those hide a bundled one.")
                    .addOption(Options.flag("--json", "Print JSON."));
        }

        @Override
        public int run(ParseResult arguments, Console console) throws GleisnerException {
            List<ProfileSource.Entry> entries = source().list();
            if (Options.has(arguments, "--json")) {
                Json.Arr rows = Json.array(
                        entries,
                        entry -> Json.object()
                                .put("name", entry.name())
                                .put("description", entry.description())
                                .put("origin", entry.origin())
                                .put("shadows", Json.strings(entry.shadows()))
                                .build());
                console.out().println(new String(CanonicalJson.bytes(rows), StandardCharsets.UTF_8));
                return ExitStatus.OK;
            }
            for (ProfileSource.Entry entry : entries) {
                console.out().println(entry.name() + "  " + entry.description() + "  (" + entry.origin() + ")");
                for (String hidden : entry.shadows()) {
                    console.say(console.warn("warning:") + " " + entry.origin() + " hides " + hidden);
                }
            }
            return ExitStatus.OK;
        }
    }

    private static final class Show implements Command {
        @Override
        public String name() {
            return "show";
        }

        @Override
        public CommandSpec spec() {
            return Options.command(this, "Print a profile as its author wrote it.")
                    .addPositional(Options.words("PROFILE", "1", "Name or file."));
        }

        @Override
        public int run(ParseResult arguments, Console console) throws GleisnerException {
            for (String name : Options.words(arguments)) {
                console.out().print(source().text(name));
            }
            console.out().flush();
            return ExitStatus.OK;
        }
    }

    private static final class Validate implements Command {
        @Override
        public String name() {
            return "validate";
        }

        @Override
        public CommandSpec spec() {
            return Options.command(this, "Check profiles; every mistake is named with line and column.")
                    .addPositional(Options.words("FILE", "1..*", "Profile files."));
        }

        @Override
        public int run(ParseResult arguments, Console console) throws GleisnerException {
            int status = ExitStatus.OK;
            for (String file : Options.words(arguments)) {
                try {
                    Profile profile = source().read(Path.of(file));
                    console.out().println(file + ": " + console.good("valid") + " (" + profile.name() + ")");
                } catch (GleisnerException.BadInput e) {
                    console.out().println(file + ": " + console.bad("invalid"));
                    console.err().println(console.bad("error:") + " " + e.getMessage());
                    console.err().println(console.good("fix:") + "   " + e.fix());
                    status = ExitStatus.USAGE;
                }
            }
            return status;
        }
    }
}
