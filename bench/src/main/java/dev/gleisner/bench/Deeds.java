package dev.gleisner.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a command did, told in a way that two observers can agree on: no numbers of processes, no order. */
final class Deeds {
    /** Kinds of deeds, with the heading of their list. */
    enum Kind {
        EXECUTED("programs"),
        WRITTEN("files written"),
        READ("files read"),
        REMOVED("files removed"),
        RENAMED("files renamed"),
        CONNECTED("connections tried");

        private final String heading;

        Kind(String heading) {
            this.heading = heading;
        }

        String heading() {
            return heading;
        }
    }

    private final Map<Kind, SortedSet<String>> all = new EnumMap<>(Kind.class);

    /** Adds one; numbers of processes in paths of /proc count as one process. */
    void add(Kind kind, String what) {
        of(kind).add(withoutProcess(what));
    }

    SortedSet<String> of(Kind kind) {
        return all.computeIfAbsent(kind, _ -> new TreeSet<>());
    }

    /** What is here and not there. */
    List<String> beyond(Deeds other, Kind kind) {
        List<String> mine = new ArrayList<>(of(kind));
        mine.removeAll(other.of(kind));
        return mine;
    }

    private static String withoutProcess(String what) {
        String path = numbered(what, "/proc/");
        return path.startsWith("/proc/") ? numbered(path, "/task/") : path;
    }

    private static String numbered(String text, String before) {
        int start = text.indexOf(before);
        if (start < 0 || before.equals("/proc/") && start > 0) {
            return text;
        }
        int from = start + before.length();
        int to = from;
        while (to < text.length() && Character.isDigit(text.charAt(to))) {
            to++;
        }
        return to == from ? text : text.substring(0, from) + "N" + text.substring(to);
    }
}
