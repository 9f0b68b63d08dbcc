package dev.gleisner.domain.verify;

import dev.gleisner.domain.json.Json;

/**
 * One question that verification asked.
 *
 * @param id stable name for scripts, such as {@code signature.valid}
 * @param outcome the answer
 * @param text the answer in words; for a failure what was expected and what was found
 */
public record Check(String id, Outcome outcome, String text) {

    /** An answer. */
    public enum Outcome {
        /** It was checked and it holds. */
        PASS("pass"),
        /** It does not hold, or it could not be checked though it had to be. */
        FAIL("fail"),
        /** Nobody asked for it; the text says how to. */
        SKIPPED("skipped");

        private final String key;

        Outcome(String key) {
            this.key = key;
        }

        /** The word in reports. */
        public String key() {
            return key;
        }
    }

    /** A check that holds. */
    public static Check pass(String id, String text) {
        return new Check(id, Outcome.PASS, text);
    }

    /** A check that does not hold. */
    public static Check fail(String id, String text) {
        return new Check(id, Outcome.FAIL, text);
    }

    /** A check that nobody asked for. */
    public static Check skipped(String id, String reason) {
        return new Check(id, Outcome.SKIPPED, reason);
    }

    /** Its form in {@code --json}. */
    public Json toJson() {
        return Json.object()
                .put("id", id)
                .put("outcome", outcome.key())
                .put("text", text)
                .build();
    }
}
