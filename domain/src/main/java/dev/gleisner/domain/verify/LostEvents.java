package dev.gleisner.domain.verify;

/** The rule {@code max_lost_events}, which holds for every record. */
public final class LostEvents {
    /** The check's id. */
    public static final String ID = "policy.max_lost_events";

    private LostEvents() {}

    /**
     * Whether no more than {@code limit} events were lost: asked for by a policy, so that a record whose sources cannot
     * know fails.
     *
     * @throws IllegalArgumentException when the limit is negative
     */
    public static Check check(PolicyInput input, long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("max_lost_events is " + limit + "; 0 is the least");
        }
        if (input.lostEvents().isEmpty()) {
            return Check.fail(ID, "no source of events of this record measures its losses");
        }
        long lost = input.lostEvents().get();
        String count = lost == Long.MAX_VALUE ? "a number of events that cannot be" : lost + " events";
        return lost <= limit
                ? Check.pass(ID, count + " lost, " + limit + " allowed")
                : Check.fail(ID, count + " lost, more than " + limit);
    }

    /** The same for a record that no policy asks about: none may be lost. */
    public static Check byDefault(PolicyInput input) {
        return input.lostEvents().isEmpty()
                ? Check.skipped(ID, "no source of events of this record measures its losses")
                : check(input, 0);
    }
}
