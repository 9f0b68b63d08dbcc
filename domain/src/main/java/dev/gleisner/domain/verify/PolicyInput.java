package dev.gleisner.domain.verify;

import dev.gleisner.domain.json.Json;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a policy decides by, read from a verified statement. Empty means that the statement does not say; a rule
 * about it then fails.
 *
 * @param sandboxed whether the session was confined by every wanted layer
 * @param profile name of the sandbox profile
 * @param durationSeconds how long the session took
 * @param hasAuditLog whether an audit log's digest is in the statement
 * @param builderId {@code builder.id}
 * @param hasMaterials whether any resolved dependency is named
 * @param hasParent whether the record is chained to an earlier one
 * @param chainLength how many records the verified chain has; empty when it was not walked
 * @param denialCount how many denials were recorded
 * @param lostEvents how many events the sources lost together, as far as they know; empty when none of them measures
 *     it. {@link Long#MAX_VALUE} when one names a number that cannot be
 */
public record PolicyInput(
        Optional<Boolean> sandboxed,
        Optional<String> profile,
        Optional<BigDecimal> durationSeconds,
        boolean hasAuditLog,
        Optional<String> builderId,
        boolean hasMaterials,
        boolean hasParent,
        Optional<Long> chainLength,
        Optional<Long> denialCount,
        Optional<Long> lostEvents) {

    /** Reads a statement of ours. */
    public static PolicyInput of(Json.Obj statement, Optional<Long> chainLength) {
        Json.Obj predicate = statement.object("predicate");
        Json.Obj definition = predicate.object("buildDefinition");
        Json.Obj run = predicate.object("runDetails");
        Json.Obj session = run.object("gleisner_session");
        Optional<String> builder = run.object("builder").text("id");
        return new PolicyInput(
                definition.object("internalParameters").object("enforcement").bool("confined"),
                definition.object("externalParameters").object("profile").text("name"),
                duration(run.object("metadata")),
                run.array("byproducts").stream()
                        .anyMatch(each -> each instanceof Json.Obj product
                                && product.text("mediaType").equals(Optional.of("application/jsonl"))
                                && product.object("digest").text("sha256").isPresent()),
                builder,
                !definition.array("resolvedDependencies").isEmpty(),
                session.get("parent").isPresent(),
                chainLength,
                session.integer("denialCount"),
                lostEvents(session.array("completeness")));
    }

    private static Optional<Long> lostEvents(List<Json> sources) {
        long sum = 0;
        boolean measured = false;
        for (Json each : sources) {
            Optional<Json> lost = each instanceof Json.Obj source ? source.get("lost") : Optional.empty();
            if (lost.isPresent()) {
                measured = true;
                // No source counts 2^53 events or fewer than none: whoever says so measured nothing.
                boolean count = lost.get() instanceof Json.Int(long value) && value >= 0;
                sum = count && sum != Long.MAX_VALUE ? sum + ((Json.Int) lost.get()).value() : Long.MAX_VALUE;
            }
        }
        return measured ? Optional.of(sum) : Optional.empty();
    }

    private static Optional<BigDecimal> duration(Json.Obj metadata) {
        try {
            return metadata.text("startedOn")
                    .flatMap(start -> metadata.text("finishedOn")
                            .map(end -> BigDecimal.valueOf(
                                    Duration.between(Instant.parse(start), Instant.parse(end))
                                            .toMillis(),
                                    3)))
                    // A session that ends before it begins has no length that a rule could be held against.
                    .filter(seconds -> seconds.signum() >= 0);
        } catch (DateTimeException | ArithmeticException _) {
            return Optional.empty();
        }
    }
}
