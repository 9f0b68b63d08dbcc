package dev.gleisner.bench;

import dev.gleisner.bench.Deeds.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares what a record tells with what strace wrote of the same run. Ends with 1 when they differ in anything that
 * is not in the list of {@link #reason}.
 */
public final class StraceComparison {
    private static final int SHOWN = 40;

    private StraceComparison() {}

    /** Arguments: directory of the traces, audit log, sensor, working directory of the command, {@code list} or not. */
    public static void main(String[] args) throws IOException {
        Deeds traced = StraceLog.read(Path.of(args[0]), args[3]);
        Deeds recorded = RecordLog.read(Path.of(args[1]), args[2]);
        boolean list = args.length > 4 && args[4].equals("list");
        Map<String, Integer> excused = new LinkedHashMap<>();
        int differences = 0;
        for (Kind kind : Kind.values()) {
            System.out.println(kind.heading() + ": record " + recorded.of(kind).size() + ", strace "
                    + traced.of(kind).size());
            if (list) {
                recorded.of(kind).forEach(what -> System.out.println("    " + printable(what)));
            }
            differences += print("only strace saw", kind, traced.beyond(recorded, kind), traced, excused);
            differences += print("only the record has", kind, recorded.beyond(traced, kind), traced, excused);
        }
        excused.forEach((why, count) -> System.out.println("in the nature of things: " + count + " " + why));
        System.out.println(differences == 0 ? "no other difference" : differences + " differences");
        System.exit(differences == 0 ? 0 : 1);
    }

    private static int print(String who, Kind kind, List<String> found, Deeds traced, Map<String, Integer> excused) {
        List<String> left = new ArrayList<>();
        for (String what : found) {
            Optional<String> why = reason(who, kind, what, traced);
            if (why.isPresent()) {
                excused.merge(why.get(), 1, Integer::sum);
            } else {
                left.add(what);
            }
        }
        for (int i = 0; i < Math.min(SHOWN, left.size()); i++) {
            System.out.println("  " + who + ": " + printable(left.get(i)));
        }
        if (left.size() > SHOWN) {
            System.out.println("  " + who + ": and " + (left.size() - SHOWN) + " more");
        }
        return left.size();
    }

    /** Why the two may differ in this; empty when they may not. */
    private static Optional<String> reason(String who, Kind kind, String what, Deeds traced) {
        boolean record = who.startsWith("only the record");
        if (record
                && kind == Kind.READ
                && (what.contains("/ld-linux")
                        || traced.of(Kind.EXECUTED).stream().anyMatch(program -> program.startsWith(what + " ")))) {
            return Optional.of("programs and the dynamic linker, which the kernel opens for execve");
        }
        if (record && kind == Kind.WRITTEN && traced.of(Kind.RENAMED).stream().anyMatch(name -> name.endsWith(what))) {
            return Optional.of("names that a rename gave to what was written");
        }
        if (record && kind == Kind.CONNECTED && what.startsWith("unix /")) {
            return Optional.of("sockets that are not there, which strace's list leaves out");
        }
        return Optional.empty();
    }

    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(point -> safe.appendCodePoint(Character.isISOControl(point) ? '⏎' : point));
        return safe.toString();
    }
}
