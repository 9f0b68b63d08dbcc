package dev.gleisner.ports.usecase;

import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.StagedSandbox;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Waits for the command and ends it when it has to: after a time limit, or when the supervisor is asked to stop. Both
 * first ask (SIGTERM, or the signal that came), and kill everything inside after a grace period.
 */
final class Supervision implements AutoCloseable {
    /** How long a command has to obey before it is killed. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final int SIGTERM = 15;

    private final StagedSandbox sandbox;
    private final Consumer<String> onInterrupt;
    private final Interruptions.Registration registration;
    private Outcome outcome = Outcome.COMPLETED;
    private OptionalInt pending = OptionalInt.empty();
    private long killAt = Long.MAX_VALUE;
    private boolean released;
    private boolean ended;

    /** How it ended. */
    record Result(StagedSandbox.Ended ended, Outcome outcome) {}

    private Supervision(StagedSandbox sandbox, Interruptions interruptions, Consumer<String> onInterrupt) {
        this.sandbox = sandbox;
        this.onInterrupt = onInterrupt;
        this.registration = interruptions.listen(this::signalled);
    }

    /**
     * Listens from now on, before the command is released: between a release and the first listening a signal would end
     * the supervisor and not the command.
     *
     * @param interruptions who may ask to stop
     * @param onInterrupt hears the reason, once for each request
     */
    static Supervision of(StagedSandbox sandbox, Interruptions interruptions, Consumer<String> onInterrupt) {
        return new Supervision(sandbox, interruptions, onInterrupt);
    }

    /**
     * Waits for the command, which has been released.
     *
     * @param timeout how long it may take
     */
    Result await(Optional<Duration> timeout) throws GleisnerException {
        Thread clock = Thread.ofPlatform().daemon().name("gleisner-clock").unstarted(() -> run(timeout));
        try {
            begin();
            clock.start();
            StagedSandbox.Ended end = sandbox.await();
            return new Result(end, finish());
        } catch (InterruptedException _) {
            sandbox.kill();
            Thread.currentThread().interrupt();
            throw new GleisnerException.StorageFailed(
                    "waiting for the command",
                    "the supervising thread was interrupted",
                    "run the command again; everything inside was killed",
                    null);
        } finally {
            Outcome _ = finish();
        }
    }

    /** Stops listening. */
    @Override
    public void close() {
        registration.close();
    }

    private synchronized void begin() {
        released = true;
        if (pending.isPresent()) {
            askToEnd(pending.getAsInt());
        }
    }

    private synchronized Outcome finish() {
        ended = true;
        notifyAll();
        return outcome;
    }

    private synchronized void signalled(int signal) {
        if (ended) {
            return;
        }
        boolean again = outcome == Outcome.INTERRUPTED;
        outcome = Outcome.INTERRUPTED;
        onInterrupt.accept("signal " + signal);
        if (!released) {
            pending = OptionalInt.of(signal);
        } else if (again) {
            sandbox.kill(); // who asks twice does not want to wait
        } else {
            askToEnd(signal);
        }
    }

    private synchronized void run(Optional<Duration> timeout) {
        long timeoutAt =
                timeout.map(limit -> System.nanoTime() + limit.toNanos()).orElse(Long.MAX_VALUE);
        try {
            while (!ended) {
                long now = System.nanoTime();
                if (killAt != Long.MAX_VALUE && now - killAt >= 0) {
                    sandbox.kill();
                    return;
                }
                if (timeoutAt != Long.MAX_VALUE && now - timeoutAt >= 0) {
                    timeoutAt = Long.MAX_VALUE;
                    outcome = Outcome.TIMED_OUT;
                    onInterrupt.accept("timeout");
                    askToEnd(SIGTERM);
                    continue;
                }
                long wake = Math.min(killAt, timeoutAt);
                if (wake == Long.MAX_VALUE) {
                    wait();
                } else {
                    wait(Math.max(1, (wake - now + 999_999) / 1_000_000));
                }
            }
        } catch (InterruptedException _) {
            sandbox.kill(); // nobody would watch the limits any more
        }
    }

    private void askToEnd(int signal) {
        sandbox.signal(signal);
        killAt = System.nanoTime() + GRACE.toNanos();
        notifyAll();
    }
}
