package dev.gleisner.domain.receipt;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.statement.StatementView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says when a receipt is closed: one sensor saw everything, denials too (who sees those, sees results),
 * was in place before the command
 * was released, and lost and truncated nothing. Several that each see a part do not do, for they need not watch the same
 * processes and files.
 */
final class CompletenessRule {
    private static final List<Sight> NEEDED = List.of(Sight.values());

    private CompletenessRule() {}

    static Receipt.Completeness of(StatementView statement) {
        List<String> reasons = new ArrayList<>();
        if (statement.outcome().equals(Optional.of("recovered"))) {
            reasons.add("the supervisor died before the session ended");
        }
        List<Json.Obj> whole = new ArrayList<>();
        for (Json.Obj sensor : statement.sensors()) {
            if (unseen(List.of(sensor)).isEmpty()) {
                whole.add(sensor);
            }
        }
        if (whole.isEmpty()) {
            List<String> unseen = unseen(statement.sensors());
            reasons.add(
                    unseen.isEmpty()
                            ? "no single sensor watched processes, reads, changes, network and denials"
                            : "nothing watched " + String.join(", ", unseen));
        }
        List<String> gaps = new ArrayList<>();
        for (Json.Obj sensor : whole) {
            List<String> found = gaps(sensor);
            if (found.isEmpty()) {
                return new Receipt.Completeness(reasons);
            }
            gaps.addAll(found);
        }
        reasons.addAll(gaps);
        return new Receipt.Completeness(reasons);
    }

    private static List<String> unseen(List<Json.Obj> sensors) {
        List<String> unseen = new ArrayList<>();
        for (Sight sight : NEEDED) {
            boolean seen = false;
            for (Json.Obj sensor : sensors) {
                seen |= sensor.array("sees").contains(Json.of(sight.key()));
            }
            if (!seen) {
                unseen.add(sight.key());
            }
        }
        return unseen;
    }

    private static List<String> gaps(Json.Obj sensor) {
        List<String> gaps = new ArrayList<>();
        String name = sensor.text("sensor").orElse("?");
        if (!sensor.bool("attachedBeforeRelease").orElse(false)) {
            gaps.add(name + " was not in place before the command was released");
        }
        Optional<Long> lost = sensor.integer("lost");
        if (lost.isEmpty()) {
            gaps.add(name + " cannot tell what it lost");
        } else if (lost.get() != 0) {
            gaps.add(name + " lost " + (lost.get() < 0 ? "an unknown number of" : lost.get()) + " events");
        }
        long truncated = sensor.integer("truncated").orElse(0L);
        if (truncated != 0) {
            gaps.add(name + " cut " + truncated + " events off");
        }
        return gaps;
    }
}
