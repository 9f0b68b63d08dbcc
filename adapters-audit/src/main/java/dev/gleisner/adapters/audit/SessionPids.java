package dev.gleisner.adapters.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * Which process numbers belong to a session. A child belongs where its parent belongs: this is told for every fork, so a
 * number that is used again is known anew, and a process that nobody can ask for any more is another's unless it was
 * told. Processes that were there before are asked for, and so are all when forks are not told.
 */
final class SessionPids {
    /** So soon a number cannot have been given to another process. */
    private static final long FRESH_NANOS = 1_000_000_000;

    private static final int MOST = 200_000;

    private record Known(Kinship.Answer answer, long nanos) {}

    private final Map<Long, Known> known = new HashMap<>();
    private final LongFunction<Kinship.Answer> kin;
    private final BooleanSupplier allForks;

    /**
     * @param command belongs to the session
     * @param kin asks for a process
     * @param allForks whether {@link #forked} was told of every fork so far
     */
    SessionPids(long command, LongFunction<Kinship.Answer> kin, BooleanSupplier allForks) {
        this.kin = kin;
        this.allForks = allForks;
        known.put(command, new Known(Kinship.Answer.YES, System.nanoTime()));
    }

    /** A process came to be. */
    void forked(long parent, long child, long nanos) {
        Kinship.Answer answer = of(parent, nanos);
        if (answer == Kinship.Answer.GONE) {
            known.remove(child); // it can still be asked for itself
        } else {
            remember(child, answer, nanos);
        }
    }

    /** Whether {@code pid} belongs to the session, asked at {@code nanos}. */
    Kinship.Answer of(long pid, long nanos) {
        Known before = known.get(pid);
        if (before != null && (nanos - before.nanos() < FRESH_NANOS || allForks.getAsBoolean())) {
            return before.answer();
        }
        Kinship.Answer now = kin.apply(pid);
        if (now != Kinship.Answer.GONE) {
            remember(pid, now, nanos);
            return now;
        }
        if (before != null) {
            return before.answer();
        }
        return allForks.getAsBoolean() ? Kinship.Answer.NO : Kinship.Answer.GONE;
    }

    private void remember(long pid, Kinship.Answer answer, long nanos) {
        if (known.size() >= MOST) {
            known.values().removeIf(each -> each.answer() == Kinship.Answer.NO);
        }
        known.put(pid, new Known(answer, nanos));
    }
}
