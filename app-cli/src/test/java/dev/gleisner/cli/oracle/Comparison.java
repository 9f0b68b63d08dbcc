package dev.gleisner.cli.oracle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Compares what a program did with what a sensor said: each action has to be in the log, and the log must not say what
 * was not done.
 */
final class Comparison {
    /** A text that stands for any. */
    static final String ANYTHING = "*";

    /** A file without a name in a directory: its number is not known beforehand. */
    static final String UNNAMED = "/#NUMBER";

    /** Paths as long as this may be cut off, and then are counted as such. */
    private static final int LONGEST_PATH = 4095;

    private final Sense sense;
    private final String root;
    private final List<Action> actions;
    private final AuditLog log;
    private final Processes processes;
    private final List<String> differences = new ArrayList<>();
    private final Map<Shape, Integer> said = new LinkedHashMap<>();

    private Comparison(Sense sense, String root, List<Action> actions, AuditLog log) {
        this.sense = sense;
        this.root = root + "/";
        this.actions = actions;
        this.log = log;
        this.processes = new Processes(sense, actions, log, differences);
    }

    /**
     * The differences, in words.
     *
     * @param root the directory that everything happened in, as the log writes it
     */
    static List<String> differences(Sense sense, String root, List<Action> actions, AuditLog log) {
        Comparison comparison = new Comparison(sense, root, actions, log);
        comparison.compare();
        return comparison.differences;
    }

    private void compare() {
        completeness();
        honesty();
        for (JsonNode line : log.lines()) {
            Shape shape = normal(Shape.of(line));
            int count = line.get("type").asString().equals("repeated")
                    ? line.get("count").asInt()
                    : 1;
            said.merge(shape, count, Integer::sum);
        }
        if (sense.processes()) {
            processes.compare();
        }
        Map<List<Shape>, Integer> wanted = new LinkedHashMap<>();
        Set<Shape> allowed = new HashSet<>();
        Map<List<Shape>, Integer> most = new HashMap<>();
        Set<String> mentioned = new HashSet<>();
        Set<String> never = new HashSet<>();
        for (Action action : actions) {
            switch (action.kind()) {
                case "absent" -> never.add(action.first());
                case "race-create" -> (sense.result() ? never : mentioned).add(action.second());
                default -> mentioned.addAll(action.words());
            }
            Expectation expectation = Expectation.of(action, processes.host(action.pid()), sense);
            List<Shape> oneOf = expectation.oneOf().stream().map(this::normal).toList();
            allowed.addAll(oneOf);
            expectation.allowed().forEach(shape -> allowed.add(normal(shape)));
            if (!oneOf.isEmpty()) {
                wanted.merge(oneOf, required(action) ? 1 : 0, Integer::sum);
                if (expectation.changes() && sense.fleeting()) {
                    most.merge(oneOf, 1, Integer::sum);
                }
            }
        }
        long unnamed = 0;
        for (Map.Entry<List<Shape>, Integer> each : wanted.entrySet()) {
            int times = times(each.getKey());
            if (times < each.getValue() && beyond(each.getKey())) {
                unnamed += each.getValue() - times;
            } else if (times < each.getValue()) {
                differences.add("missing (" + times + " of " + each.getValue() + "): " + each.getKey());
            } else if (times > most.getOrDefault(each.getKey(), times)) {
                differences.add("too often (" + times + ", not " + most.get(each.getKey()) + "): " + each.getKey());
            }
        }
        // What no path can say may be missing or cut off, if that is counted.
        long counted = log.report().get("truncated").asLong()
                + log.report().at("/counters/nameless").asLong(0);
        if (unnamed > counted) {
            differences.add(unnamed + " events on too long paths are missing, " + counted + " are counted");
        }
        for (Shape shape : said.keySet()) {
            if (!justified(shape, allowed, mentioned, never)) {
                differences.add("never done: " + shape);
            }
        }
    }

    private void completeness() {
        JsonNode report = log.report();
        if (!report.has("lost") || report.get("lost").asLong() != 0) {
            differences.add("lost events: " + report);
        }
        if (!report.get("attachedBeforeRelease").asBoolean()) {
            differences.add("attached late: " + report);
        }
        if (report.get("events").asLong() != log.lines().size()) {
            differences.add("the log has " + log.lines().size() + " events, the statement says " + report);
        }
    }

    /** A sensor that cannot know results has to say so. */
    private void honesty() {
        if (sense.process()
                && !sense.result()
                && !log.report().get("note").asString().contains("attempts")) {
            differences.add("does not say that it tells attempts: " + log.report());
        }
    }

    /** Without what this sensor does not know. */
    private Shape normal(Shape shape) {
        Shape known = sense.result() ? unnumbered(shape) : unnumbered(shape).withoutResult();
        return sense.process() ? known : known.ofAnybody();
    }

    private static boolean beyond(List<Shape> shapes) {
        return shapes.getFirst().texts().getFirst().length() > LONGEST_PATH;
    }

    private static Shape unnumbered(Shape shape) {
        return new Shape(
                shape.type(),
                shape.pid(),
                shape.errno(),
                shape.texts().stream()
                        .map(text -> text.replaceFirst("/#[0-9]+( \\(deleted\\))?$", UNNAMED))
                        .toList());
    }

    private boolean required(Action action) {
        if (!sense.fleeting()) {
            return action.worked()
                    && (action.kind().equals("create") || action.kind().equals("introduce"))
                    && !action.first().contains("\\")
                    && actions.stream()
                            .noneMatch(later -> later != action
                                    && later.words().contains(action.first())
                                    && !later.kind().equals("write"));
        }
        // A name that is gone already is no event; who is asked before may take it for one.
        return !action.errno().equals("ENOENT");
    }

    private int times(List<Shape> oneOf) {
        int times = 0;
        for (Shape shape : oneOf) {
            for (Map.Entry<Shape, Integer> each : said.entrySet()) {
                if (matches(shape, each.getKey())) {
                    times += each.getValue();
                }
            }
        }
        return times;
    }

    private static boolean matches(Shape wanted, Shape found) {
        return wanted.type().equals(found.type())
                && (wanted.pid() == 0 || wanted.pid() == found.pid())
                && wanted.errno().equals(found.errno())
                && (wanted.texts().equals(found.texts())
                        || wanted.texts().getFirst().equals(ANYTHING)
                                && wanted.texts().getLast().equals(found.texts().getLast()));
    }

    private boolean justified(Shape shape, Set<Shape> allowed, Set<String> mentioned, Set<String> never) {
        boolean here = shape.texts().stream().anyMatch(text -> text.startsWith(root))
                || shape.type().startsWith("network.");
        if (!here
                || shape.type().startsWith("process.")
                || shape.texts().getFirst().length() > LONGEST_PATH
                || allowed.contains(shape)
                || allowed.contains(shape.ofAnybody())) {
            return true;
        }
        if (shape.texts().stream().anyMatch(never::contains)) {
            return false;
        }
        boolean known = mentioned.containsAll(shape.texts());
        return shape.type().equals("file.read") && known
                || !sense.fleeting() && known
                || allowed.stream().anyMatch(each -> each.texts().getFirst().equals(ANYTHING) && matches(each, shape));
    }
}
