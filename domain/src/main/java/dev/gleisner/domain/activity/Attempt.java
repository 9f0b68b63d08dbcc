package dev.gleisner.domain.activity;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.json.Json;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An address that was tried.
 *
 * @param destination {@code 192.0.2.1:443}, {@code [2001:db8::1]:443}, a path or {@code @abstract}
 * @param protocol such as {@code tcp}
 * @param result {@code connected}, {@code attempted} when it is not known how it ended, {@code refused}, {@code denied},
 *     {@code timed out}, {@code unreachable}, {@code failed}
 */
public record Attempt(String destination, String protocol, String result) implements Comparable<Attempt> {

    /** What the event tries to reach, if it does. */
    public static Optional<Attempt> of(RecordedEvent recorded) {
        if (recorded.event() instanceof Event.NetworkConnect(var protocol, var address)) {
            return Optional.of(new Attempt(address, protocol, Results.connection(recorded.origin())));
        }
        if (recorded.event() instanceof Event.NetworkSend(var protocol, var address)) {
            return Optional.of(new Attempt(address, protocol, Results.connection(recorded.origin())));
        }
        return Optional.empty();
    }

    /**
     * The attempts without those of unknown end whose end another source, or another attempt, tells.
     *
     * @param attempts in order
     */
    public static NavigableSet<Attempt> settled(NavigableSet<Attempt> attempts) {
        NavigableSet<Attempt> settled = new TreeSet<>();
        for (Attempt attempt : attempts) {
            boolean unknown = attempt.result().equals(Results.ATTEMPTED);
            if (!unknown
                    || !attempt.sameAddress(attempts.lower(attempt))
                            && !attempt.sameAddress(attempts.higher(attempt))) {
                settled.add(attempt);
            }
        }
        return settled;
    }

    private boolean sameAddress(@Nullable Attempt other) {
        return other != null && destination.equals(other.destination) && protocol.equals(other.protocol);
    }

    @Override
    public int compareTo(Attempt other) {
        int order = destination.compareTo(other.destination);
        order = order != 0 ? order : protocol.compareTo(other.protocol);
        return order != 0 ? order : result.compareTo(other.result);
    }

    /** Its form in receipts. */
    public Json toJson() {
        return Json.object()
                .put("dst", destination)
                .put("protocol", protocol)
                .put("result", result)
                .build();
    }
}
