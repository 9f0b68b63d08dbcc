package dev.gleisner.domain.record;

import dev.gleisner.domain.json.Json;
import java.util.Optional;

/**
 * How complete one source of events was.
 *
 * @param sensor its name
 * @param scope what it looked at
 * @param attachedBeforeRelease whether it was in place before the command ran
 * @param events how many events it gave
 * @param lost how many it knows to have lost; 0 is a measured zero
 * @param note what it could not see, or how losses were repaired; empty when there is nothing to say
 */
public record SensorReport(
        String sensor, String scope, boolean attachedBeforeRelease, long events, Optional<Long> lost, String note) {
    /** Its form in the statement; {@code lost} is left out when the source cannot know. */
    public Json toJson() {
        return Json.object()
                .put("sensor", sensor)
                .put("scope", scope)
                .put("attachedBeforeRelease", attachedBeforeRelease)
                .put("events", events)
                .put("lost", lost.map(Json::of))
                .put("note", note)
                .build();
    }
}
