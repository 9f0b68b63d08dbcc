package dev.gleisner.cli;

import dev.gleisner.cli.command.Commands;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.SandboxBackendProvider;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program. */
public final class Main {
    private final Console console;

    private Main(Console console) {
        this.console = console;
    }

    /** Runs and exits with the status that {@link #run} returns. */
    public static void main(String[] args) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int status = run(out, err, args);
        out.flush();
        err.flush();
        // halt, not exit: there is nothing left to shut down, and exit loads the logging classes to say so.
        Runtime.getRuntime().halt(status);
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }

    /**
     * Runs one command line.
     *
     * @return the exit status
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        Map<String, String> environment = System.getenv();
        if (args.length > 0 && (args[0].equals("wrap") || args[0].equals("record"))) {
            // Linking the first C function takes about as long as reading the command line: they go side by side.
            Thread.ofPlatform().daemon().name("gleisner-warm-up").start(Main::warmUp);
        }
        // The launcher knows with one test of the shell what Java knows only after loading a console library.
        boolean terminal = Boolean.getBoolean("gleisner.terminal");
        return new Main(new Console(out, err, Console.wantsColours(terminal, environment))).run(args);
    }

    private static void warmUp() {
        for (SandboxBackendProvider provider : new Registry().backends()) {
            provider.warmUp();
        }
    }

    private int run(String[] args) {
        boolean verbose = List.of(args).contains("--verbose");
        try {
            return parseAndRun(args);
        } catch (ParameterException e) {
            return usageError(e);
        } catch (GleisnerException e) {
            console.err().println(console.bad("error:") + " " + e.getMessage());
            console.err().println(console.good("fix:") + "   " + e.fix());
            if (verbose) {
                e.printStackTrace(console.err());
            }
            return switch (e) {
                case GleisnerException.BadInput _ -> ExitStatus.USAGE;
                case GleisnerException.CommandNotStarted started -> started.status();
                case GleisnerException.EvidenceRejected _ -> ExitStatus.FAILED;
                case GleisnerException.HostLacks _,
                        GleisnerException.KernelRefused _,
                        GleisnerException.StorageFailed _ -> ExitStatus.OURS;
            };
        } catch (RuntimeException | Error e) {
            console.err().println(console.bad("error:") + " a mistake in Gleisner: " + e);
            console.err().println(console.good("fix:") + "   please report it with the lines below");
            e.printStackTrace(console.err());
            return ExitStatus.OURS;
        }
    }

    private int parseAndRun(String[] args) throws GleisnerException {
        // Only the command that is asked for gets its options built, unless help needs all of them.
        Optional<Command> chosen = args.length == 0 ? Optional.empty() : Commands.named(args[0]);
        CommandLine line = chosen.isPresent() ? commandLine(List.of(chosen.get())) : commandLine(Commands.all());
        ParseResult result = line.parseArgs(args);
        while (result.hasSubcommand()) {
            if (result.isUsageHelpRequested()) {
                break;
            }
            result = result.subcommand();
        }
        CommandSpec spec = result.commandSpec();
        if (result.isUsageHelpRequested() || spec.userObject() == null && !result.isVersionHelpRequested()) {
            spec.commandLine().usage(args.length == 0 ? console.err() : console.out(), ansi());
            return args.length == 0 || !result.isUsageHelpRequested() ? ExitStatus.USAGE : ExitStatus.OK;
        }
        if (result.isVersionHelpRequested()) {
            console.out().println("gleisner " + Version.current());
            return ExitStatus.OK;
        }
        return ((Command) spec.userObject()).run(result, console);
    }

    private CommandLine.Help.Ansi ansi() {
        return console.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF;
    }

    static CommandLine commandLine(List<Command> commands) {
        CommandSpec root = CommandSpec.create().name("gleisner");
        root.usageMessage()
                .description("Runs a command in a sandbox, records what it did, and signs the record.")
                .footer("", "Run `gleisner COMMAND --help` for the options of a command.");
        root.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print the version.")
                .build());
        addHelp(root);
        for (Command command : commands) {
            root.addSubcommand(command.name(), spec(command));
        }
        return new CommandLine(root);
    }

    private static CommandSpec spec(Command command) {
        CommandSpec spec = command.spec();
        addHelp(spec);
        for (Command sub : command.subcommands()) {
            spec.addSubcommand(sub.name(), spec(sub));
        }
        return spec;
    }

    private static void addHelp(CommandSpec spec) {
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Print this help.")
                .build());
    }

    private int usageError(ParameterException e) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        console.err().println(console.bad("error:") + " " + e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                console.err()
                        .println(console.good("fix:") + "   did you mean " + String.join(" or ", suggestions) + "?");
                return ExitStatus.USAGE;
            }
        }
        console.err().println(console.good("fix:") + "   see `" + command + " --help`");
        return ExitStatus.USAGE;
    }
}
