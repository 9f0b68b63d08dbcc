package dev.gleisner.cli.command;

import dev.gleisner.domain.record.Sight;
import dev.gleisner.ports.GleisnerException;
import java.util.EnumSet;
import java.util.Set;

/** A section of the activity view, by its word on the command line. */
enum ActivityKind {
    PROGRAMS("programs", Sight.PROCESSES),
    WRITES("writes", Sight.CHANGES),
    READS("reads", Sight.READS),
    DELETES("deletes", Sight.CHANGES),
    NETWORK("network", Sight.NETWORK),
    DENIALS("denials", Sight.DENIALS);

    private final String word;
    private final Sight sight;

    ActivityKind(String word, Sight sight) {
        this.word = word;
        this.sight = sight;
    }

    String word() {
        return word;
    }

    /** What a sensor has to see for this section to be whole. */
    Sight sight() {
        return sight;
    }

    /** Those that {@code words} lists with commas between them. */
    static Set<ActivityKind> parse(String words) throws GleisnerException {
        Set<ActivityKind> kinds = EnumSet.noneOf(ActivityKind.class);
        for (String word : words.split(",", -1)) {
            kinds.add(of(words, word));
        }
        return kinds;
    }

    private static ActivityKind of(String words, String word) throws GleisnerException {
        for (ActivityKind kind : values()) {
            if (kind.word.equals(word)) {
                return kind;
            }
        }
        throw new GleisnerException.BadInput(
                "--show " + words,
                "there is no \"" + word + "\"",
                "use programs, writes, reads, deletes, network or denials, with commas between them");
    }
}
