package dev.gleisner.domain.verify;

import dev.gleisner.domain.json.Json;
import java.util.List;

/**
 * The answers to everything that was asked of one bundle.
 *
 * @param bundle the file
 * @param checks in the order they were made
 */
public record VerificationReport(String bundle, List<Check> checks) {
    public VerificationReport {
        checks = List.copyOf(checks);
    }

    /** Whether everything that was asked holds; a report without checks holds nothing. */
    public boolean passed() {
        return checks.stream().anyMatch(each -> each.outcome() == Check.Outcome.PASS)
                && checks.stream().noneMatch(each -> each.outcome() == Check.Outcome.FAIL);
    }

    /** Its form in {@code --json}. */
    public Json.Obj toJson() {
        return Json.object()
                .put("bundle", bundle)
                .put("passed", passed())
                .put("checks", Json.array(checks, Check::toJson))
                .build();
    }
}
