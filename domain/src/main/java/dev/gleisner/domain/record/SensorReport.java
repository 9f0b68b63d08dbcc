package dev.gleisner.domain.record;

import dev.gleisner.domain.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How complete one source of events was.
 *
 * @param sensor its name
 * @param sees what it can see at all
 * @param scope what it looked at, in words
 * @param attachedBeforeRelease whether it was in place before the command ran
 * @param attachedOn when it was in place
 * @param events how many events it gave
 * @param lost how many it knows to have lost; 0 is a measured zero; empty when the source cannot know
 * @param truncated how many events are there with a path or an argument cut off
 * @param counters what it only counted, by name, such as {@code absent}: look-ups of names that do not exist
 * @param note what it could not see, or how losses were repaired; empty when there is nothing to say
 */
public record SensorReport(
        String sensor,
        Set<Sight> sees,
        String scope,
        boolean attachedBeforeRelease,
        Instant attachedOn,
        long events,
        Optional<Long> lost,
        long truncated,
        SortedMap<String, Long> counters,
        String note) {

    public SensorReport {
        sees = Set.copyOf(sees);
        counters = Collections.unmodifiableSortedMap(new TreeMap<>(counters));
    }

    /** Its form in the statement; {@code lost} is left out when the source cannot know. */
    public Json toJson() {
        List<String> sights = new ArrayList<>();
        for (Sight sight : Sight.values()) {
            if (sees.contains(sight)) {
                sights.add(sight.key());
            }
        }
        Json.Builder counted = Json.object();
        for (Map.Entry<String, Long> counter : counters.entrySet()) {
            counted.put(counter.getKey(), counter.getValue());
        }
        return Json.object()
                .put("sensor", sensor)
                .put("sees", Json.strings(sights))
                .put("scope", scope)
                .put("attachedBeforeRelease", attachedBeforeRelease)
                .put("attachedOn", attachedOn.truncatedTo(ChronoUnit.MICROS).toString())
                .put("events", events)
                .put("lost", lost.map(Json::of))
                .put("truncated", truncated)
                .put("counters", counted)
                .put("note", note)
                .build();
    }
}
