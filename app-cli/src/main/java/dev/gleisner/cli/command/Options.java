package dev.gleisner.cli.command;

import dev.gleisner.ports.GleisnerException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Shorthand for declaring options and for reading them back. */
final class Options {
    private Options() {}

    /** A command whose options are added one by one. */
    static CommandSpec command(Object command, String... description) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
        spec.usageMessage().description(description);
        return spec;
    }

    /** A switch. */
    static OptionSpec flag(String name, String... description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    /** An option with a value. */
    static OptionSpec value(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An option that may be given several times. */
    static OptionSpec list(String name, String label, String... description) {
        return OptionSpec.builder(name)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** {@code -o}, {@code --output}. */
    static OptionSpec output(String... description) {
        return OptionSpec.builder("-o", "--output")
                .type(String.class)
                .arity("1")
                .paramLabel("FILE")
                .description(description)
                .build();
    }

    /** The words that are no options. */
    static PositionalParamSpec words(String label, String arity, String... description) {
        return PositionalParamSpec.builder()
                .index("0..*")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity(arity)
                .paramLabel(label)
                .description(description)
                .build();
    }

    static boolean has(ParseResult arguments, String option) {
        return arguments.hasMatchedOption(option);
    }

    static Optional<String> text(ParseResult arguments, String option) {
        return Optional.ofNullable(arguments.matchedOptionValue(option, null));
    }

    static List<String> texts(ParseResult arguments, String option) {
        return arguments.matchedOptionValue(option, List.of());
    }

    static List<String> words(ParseResult arguments) {
        return arguments.matchedPositionalValue(0, List.of());
    }

    /**
     * The number that an option has.
     *
     * @throws GleisnerException.BadInput when it is none, or below 0
     */
    static long count(String text, String option) throws GleisnerException.BadInput {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // told below, as a negative number is
        }
        throw new GleisnerException.BadInput(
                option + " " + text, "it is no whole number that is 0 or more", "give one, such as " + option + " 17");
    }
}
