package dev.gleisner.cli;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.PassphraseSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where passphrases come from: a file, or a person at the terminal; never an option's value, which all can see. */
public final class Passphrases {
    private Passphrases() {}

    /** The first line of {@code file}, or else the terminal. */
    public static PassphraseSource source(Optional<String> file) {
        if (file.isPresent()) {
            String name = file.get();
            return purpose -> fromFile(name);
        }
        return Passphrases::fromTerminal;
    }

    private static char[] fromFile(String name) throws GleisnerException {
        try {
            String text = Files.readString(Path.of(name), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            String line = end < 0 ? text : text.substring(0, end);
            if (line.isEmpty()) {
                throw new GleisnerException.BadInput(
                        "passphrase file " + name, "its first line is empty", "write the passphrase on the first line");
            }
            return line.toCharArray();
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(
                    "passphrase file " + name, e.toString(), "name a file that can be read", e);
        }
    }

    private static char[] fromTerminal(String purpose) throws GleisnerException {
        java.io.Console terminal = System.console();
        char[] answer = terminal == null || !terminal.isTerminal()
                ? null
                : terminal.readPassword("Passphrase for %s: ", purpose);
        if (answer == null) {
            throw new GleisnerException.BadInput(
                    "passphrase for " + purpose,
                    "there is no terminal to ask on",
                    "name a file with it: --passphrase-file FILE");
        }
        return answer;
    }
}
