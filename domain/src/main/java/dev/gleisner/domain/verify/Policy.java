package dev.gleisner.domain.verify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The built-in rules. A rule that is not there is not asked; a rule that is there and cannot be decided fails.
 *
 * @param requireSandbox the session was confined
 * @param allowedProfiles names of profiles, one of which it used
 * @param maxSessionDurationSecs it took no longer
 * @param requireAuditLog the statement binds an audit log
 * @param allowedBuilders values of {@code builder.id}, exact
 * @param requireMaterials the statement names what was read
 * @param requireParentAttestation the record is chained to an earlier one
 * @param maxDenialCount no more denials than this
 * @param maxLostEvents the sources of events lost no more than this, together; when no rule says how many, none may be
 *     lost ({@link LostEvents})
 */
public record Policy(
        Optional<Boolean> requireSandbox,
        Optional<List<String>> allowedProfiles,
        Optional<BigDecimal> maxSessionDurationSecs,
        Optional<Boolean> requireAuditLog,
        Optional<List<String>> allowedBuilders,
        Optional<Boolean> requireMaterials,
        Optional<Boolean> requireParentAttestation,
        Optional<Long> maxDenialCount,
        Optional<Long> maxLostEvents) {

    public Policy {
        allowedProfiles = allowedProfiles.map(List::copyOf);
        allowedBuilders = allowedBuilders.map(List::copyOf);
    }

    /** Whether no rule would be asked of any statement: such a policy accepts everything. */
    public boolean asksNothing() {
        return !requireSandbox.orElse(false)
                && allowedProfiles.isEmpty()
                && maxSessionDurationSecs.isEmpty()
                && !requireAuditLog.orElse(false)
                && allowedBuilders.isEmpty()
                && !requireMaterials.orElse(false)
                && !requireParentAttestation.orElse(false)
                && maxDenialCount.isEmpty()
                && maxLostEvents.isEmpty();
    }

    /** The answer to each rule that is there, under the check id {@code policy.<rule>}. */
    public List<Check> evaluate(PolicyInput input) {
        List<Check> checks = new ArrayList<>();
        if (requireSandbox.orElse(false)) {
            checks.add(decide(
                    "require_sandbox",
                    input.sandboxed().orElse(false),
                    "the session was confined",
                    input.sandboxed().isPresent()
                            ? "the session was not confined"
                            : "the statement does not say whether the session was confined"));
        }
        allowedProfiles.ifPresent(
                allowed -> checks.add(oneOf("allowed_profiles", "profile", input.profile(), allowed)));
        maxSessionDurationSecs.ifPresent(limit -> checks.add(decide(
                "max_session_duration_secs",
                input.durationSeconds()
                        .filter(seconds -> seconds.compareTo(limit) <= 0)
                        .isPresent(),
                "the session took no more than " + limit.toPlainString() + " s",
                input.durationSeconds()
                        .map(seconds -> "the session took " + seconds.toPlainString() + " s, more than "
                                + limit.toPlainString() + " s")
                        .orElse("the statement does not say how long the session took"))));
        if (requireAuditLog.orElse(false)) {
            checks.add(decide(
                    "require_audit_log",
                    input.hasAuditLog(),
                    "an audit log is bound",
                    "the statement binds no audit log"));
        }
        allowedBuilders.ifPresent(
                allowed -> checks.add(oneOf("allowed_builders", "builder", input.builderId(), allowed)));
        if (requireMaterials.orElse(false)) {
            checks.add(decide(
                    "require_materials",
                    input.hasMaterials(),
                    "resolved dependencies are named",
                    "the statement names no resolved dependency"));
        }
        if (requireParentAttestation.orElse(false)) {
            checks.add(decide(
                    "require_parent_attestation",
                    input.hasParent(),
                    "the record is chained to an earlier one",
                    "the record has no parent"));
        }
        maxDenialCount.ifPresent(limit -> checks.add(decide(
                "max_denial_count",
                input.denialCount().filter(count -> count <= limit).isPresent(),
                "no more than " + limit + " denials",
                input.denialCount()
                        .map(count -> count + " denials, more than " + limit)
                        .orElse("the statement does not say how many denials there were"))));
        maxLostEvents.ifPresent(limit -> checks.add(LostEvents.check(input, limit)));
        return checks;
    }

    private static Check oneOf(String rule, String what, Optional<String> value, List<String> allowed) {
        return decide(
                rule,
                value.filter(allowed::contains).isPresent(),
                what + " " + value.orElse("") + " is allowed",
                value.map(found -> what + " " + found + " is none of " + allowed)
                        .orElse("the statement names no " + what));
    }

    private static Check decide(String rule, boolean holds, String yes, String no) {
        return holds ? Check.pass("policy." + rule, yes) : Check.fail("policy." + rule, no);
    }
}
