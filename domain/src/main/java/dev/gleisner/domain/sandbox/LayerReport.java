package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;

/**
 * What became of one layer.
 *
 * @param layer which one
 * @param requirement what was asked for
 * @param state what is in force
 * @param detail what was applied, such as {@code ABI 7, 14 rules}, or why it is not in force
 */
public record LayerReport(Layer layer, Requirement requirement, State state, String detail) {

    /** Whether a layer holds. */
    public enum State {
        /** Applied, and confirmed by reading back or by a probe inside the sandbox. */
        ENFORCED("enforced"),
        /** Applied in part; the detail says what is missing. */
        PARTIAL("partial"),
        /** Not in force. */
        ABSENT("absent");

        private final String key;

        State(String key) {
            this.key = key;
        }

        /** The word in statements. */
        public String key() {
            return key;
        }
    }

    /** Its form in the statement. */
    public Json toJson() {
        return Json.object()
                .put("layer", layer.key())
                .put("requirement", requirement.key())
                .put("state", state.key())
                .put("detail", detail)
                .build();
    }
}
