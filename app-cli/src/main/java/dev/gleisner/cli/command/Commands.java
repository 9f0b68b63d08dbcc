package dev.gleisner.cli.command;

import dev.gleisner.cli.Command;
import java.util.List;
import java.util.Optional;

/** All commands, in the order of the help text. */
public final class Commands {
    private Commands() {}

    /** Every command. */
    public static List<Command> all() {
        return List.of(
                new RecordCommand(),
                new WrapCommandLine(),
                new VerifyCommand(),
                new ProveCommand(),
                new RedactCommand(),
                new InspectCommand(),
                new ReceiptCommand(),
                new DiffCommand(),
                new RecoverCommand(),
                new PlanCommand(),
                new ProfileCommand(),
                new KeyCommand(),
                new DoctorCommand());
    }

    /** The command of that name; the others are not even loaded. */
    public static Optional<Command> named(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "record" -> new RecordCommand();
                    case "wrap" -> new WrapCommandLine();
                    case "verify" -> new VerifyCommand();
                    case "prove" -> new ProveCommand();
                    case "redact" -> new RedactCommand();
                    case "inspect" -> new InspectCommand();
                    case "receipt" -> new ReceiptCommand();
                    case "diff" -> new DiffCommand();
                    case "recover" -> new RecoverCommand();
                    case "plan" -> new PlanCommand();
                    case "profile" -> new ProfileCommand();
                    case "key" -> new KeyCommand();
                    case "doctor" -> new DoctorCommand();
                    default -> null;
                });
    }
}
