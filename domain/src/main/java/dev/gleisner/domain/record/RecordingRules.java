package dev.gleisner.domain.record;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.profile.DependencyDetail;
import java.util.List;

/**
 * What a record may show, as the profile and the command line say.
 *
 * @param redact names and values that are taken out besides what looks like a secret
 * @param environment names of variables whose values may be shown
 * @param dependencies how much is said about files outside of the project
 */
public record RecordingRules(List<String> redact, List<String> environment, DependencyDetail dependencies) {
    /** What holds when nobody says anything. */
    public static final RecordingRules DEFAULT = new RecordingRules(List.of(), List.of(), DependencyDetail.GROUPED);

    public RecordingRules {
        redact = List.copyOf(redact);
        environment = List.copyOf(environment);
    }

    /** The same rules with another detail. */
    public RecordingRules with(DependencyDetail detail) {
        return new RecordingRules(redact, environment, detail);
    }

    /** Its form in the statement. */
    public Json.Obj toJson() {
        return Json.object()
                .put("redact", Json.strings(redact))
                .put("environment", Json.strings(environment))
                .put("dependencies", dependencies.key())
                .build();
    }
}
