package dev.gleisner.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that this very process runs from, when it runs from a checkout: a command that works on that checkout may
 * read them, but not put something else in the supervisor's place.
 */
final class OwnFiles {
    private static final String[] NAMES = {".image", "config", "gleisner"};

    private OwnFiles() {}

    /**
     * Those that lie in one of these directories, and that would be writable inside with them.
     *
     * @return absolute paths; none when the launcher did not say that we are in a checkout
     */
    static List<String> inside(List<Path> directories) {
        List<String> inside = new ArrayList<>();
        String checkout = System.getProperty("gleisner.checkout", "");
        if (checkout.isEmpty()) {
            return inside;
        }
        for (String name : NAMES) {
            Path file = Path.of(checkout, name);
            for (Path directory : directories) {
                if (Files.exists(file) && within(file, directory)) {
                    inside.add(file.toString());
                    break;
                }
            }
        }
        return inside;
    }

    private static boolean within(Path file, Path directory) {
        try {
            return file.toRealPath().startsWith(directory.toRealPath());
        } catch (IOException e) {
            return false; // resolving the tree comes upon the same directory, and says what is wrong with it
        }
    }
}
