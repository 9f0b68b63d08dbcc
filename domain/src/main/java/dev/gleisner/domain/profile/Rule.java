package dev.gleisner.domain.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * One value of a profile with the reason it is there. In TOML either the bare value, or
 * <code>{ value = …, reason = "…" }</code>; the bundled profiles give a reason for every rule.
 *
 * @param value what is asked for
 * @param reason why, in a sentence; empty when the author gave none
 */
public record Rule<T>(T value, String reason) {

    /** A rule without a reason. */
    public static <T> Rule<T> bare(T value) {
        return new Rule<>(value, "");
    }

    /** The values alone. */
    public static <T> List<T> values(List<Rule<T>> rules) {
        List<T> values = new ArrayList<>(rules.size());
        for (Rule<T> rule : rules) {
            values.add(rule.value());
        }
        return values;
    }
}
