package dev.gleisner.cli;

import dev.gleisner.ports.GleisnerException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * One command. Its options are declared in code, not by annotations: picocli then makes no proxies, which a cold
 * start would feel.
 */
public interface Command {
    /** The word on the command line. */
    String name();

    /** Its options, parameters and help. */
    CommandSpec spec();

    /**
     * Does it.
     *
     * @return the exit status
     * @throws GleisnerException for what a person can act on
     */
    int run(ParseResult arguments, Console console) throws GleisnerException;

    /** Commands below this one, such as {@code key generate}. */
    default List<Command> subcommands() {
        return List.of();
    }
}
