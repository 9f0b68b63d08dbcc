package dev.gleisner.domain.activity;

import dev.gleisner.domain.event.RecordedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What every process of a session did, from the events of its log in order. Keeps each path once for each process that
 * touched it.
 *
 * <p>Not safe for use by several threads.
 */
public final class Activity {
    private final ProcessTable processes = new ProcessTable();
    private final Map<SessionProcess, Deeds> deeds = new HashMap<>();

    /**
     * A process in its place in the tree.
     *
     * @param depth 0 for those whose parent is none of the session
     */
    public record Node(SessionProcess process, int depth) {}

    /** Nothing yet. */
    public Activity() {}

    /** Takes the next event. */
    public void accept(RecordedEvent recorded) {
        of(processes.take(recorded)).take(recorded);
    }

    /** What a process did. */
    public Deeds of(SessionProcess process) {
        return deeds.computeIfAbsent(process, _ -> new Deeds());
    }

    /** What no source ascribes to a process. */
    public SessionProcess nobody() {
        return processes.nobody();
    }

    /**
     * Every process, each after the one that started it. Where a log says that processes started each other, the one
     * that was seen first stands above.
     */
    public List<Node> tree() {
        Map<SessionProcess, List<SessionProcess>> children = new HashMap<>();
        List<SessionProcess> starts = new ArrayList<>();
        for (SessionProcess process : processes.all()) {
            if (process.parent().isPresent()) {
                children.computeIfAbsent(process.parent().get(), _ -> new ArrayList<>())
                        .add(process);
            } else {
                starts.add(process);
            }
        }
        starts.addAll(processes.all());
        List<Node> tree = new ArrayList<>();
        Set<SessionProcess> placed = new HashSet<>();
        Deque<Node> next = new ArrayDeque<>();
        for (SessionProcess start : starts) {
            next.add(new Node(start, 0));
            while (!next.isEmpty()) {
                Node node = next.removeFirst();
                if (!placed.add(node.process())) {
                    continue;
                }
                tree.add(node);
                List<SessionProcess> below = children.getOrDefault(node.process(), List.of());
                for (int i = below.size() - 1; i >= 0; i--) {
                    next.addFirst(new Node(below.get(i), node.depth() + 1));
                }
            }
        }
        return tree;
    }
}
