package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.record.SessionRecord.Outcome;
import dev.gleisner.domain.sandbox.EnforcementReport;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.domain.sandbox.ResourceUse;
import dev.gleisner.ports.StagedSandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SupervisionTest {
    /** A command that obeys a signal, or only a kill. */
    private static final class Command implements StagedSandbox {
        private final boolean obeys;
        private final CompletableFuture<Exit> end = new CompletableFuture<>();
        final List<Integer> signals = new ArrayList<>();
        final CountDownLatch waiting = new CountDownLatch(1);

        Command(boolean obeys) {
            this.obeys = obeys;
        }

        @Override
        public long pid() {
            return 1;
        }

        @Override
        public OptionalInt listener() {
            return OptionalInt.empty();
        }

        @Override
        public EnforcementReport enforcement() {
            return new EnforcementReport("invented", true, List.of(), List.of());
        }

        @Override
        public void release() {}

        @Override
        public Ended await() throws InterruptedException {
            waiting.countDown();
            try {
                return new Ended(
                        end.get(),
                        new ResourceUse(Duration.ZERO, Duration.ZERO, 0, Optional.empty(), Optional.empty()));
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public synchronized void signal(int signal) {
            signals.add(signal);
            if (obeys) {
                end.complete(new Exit.Signal(signal));
            }
        }

        @Override
        public void kill() {
            end.complete(new Exit.Signal(9));
        }

        @Override
        public void close() {
            kill();
        }
    }

    private static Supervision.Result await(Command command, Optional<Duration> timeout, Interruptions interruptions)
            throws Exception {
        try (Supervision supervision = Supervision.of(command, interruptions, reason -> {})) {
            return supervision.await(timeout);
        }
    }

    @Test
    void aCommandThatEndsByItselfIsComplete() throws Exception {
        Command command = new Command(true);
        command.end.complete(new Exit.Code(7));
        Supervision.Result result = await(command, Optional.of(Duration.ofMinutes(1)), Interruptions.NONE);
        assertThat(result.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(result.ended().exit().status()).isEqualTo(7);
        assertThat(command.signals).isEmpty();
    }

    @Test
    void aTimeLimitAsksToTerminate() throws Exception {
        Command command = new Command(true);
        Supervision.Result result = await(command, Optional.of(Duration.ofMillis(50)), Interruptions.NONE);
        assertThat(result.outcome()).isEqualTo(Outcome.TIMED_OUT);
        assertThat(command.signals).containsExactly(15);
    }

    @Test
    void whoDoesNotObeyIsKilledAfterTheGrace() throws Exception {
        Command command = new Command(false);
        long start = System.nanoTime();
        Supervision.Result result = await(command, Optional.of(Duration.ofMillis(50)), Interruptions.NONE);
        assertThat(result.ended().exit()).isEqualTo(new Exit.Signal(9));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Supervision.GRACE);
    }

    @Test
    void aSignalIsPassedOnAndASecondOneKills() throws Exception {
        Command command = new Command(false);
        List<String> reasons = new ArrayList<>();
        AtomicReference<IntConsumer> listener = new AtomicReference<>();
        try (Supervision supervision = Supervision.of(command, listening(listener), reasons::add)) {
            Thread impatient = Thread.ofPlatform().unstarted(() -> {
                while (command.waiting.getCount() > 0) {
                    Thread.onSpinWait();
                }
                listener.get().accept(2);
                listener.get().accept(2);
            });
            impatient.start();
            Supervision.Result result = supervision.await(Optional.empty());
            impatient.join();
            assertThat(result.outcome()).isEqualTo(Outcome.INTERRUPTED);
            assertThat(result.ended().exit()).isEqualTo(new Exit.Signal(9));
        }
        assertThat(command.signals).containsExactly(2);
        assertThat(reasons).containsExactly("signal 2", "signal 2");
    }

    @Test
    void aSignalBeforeTheReleaseWaitsForIt() throws Exception {
        Command command = new Command(true);
        AtomicReference<IntConsumer> listener = new AtomicReference<>();
        try (Supervision supervision = Supervision.of(command, listening(listener), reason -> {})) {
            listener.get().accept(1);
            assertThat(command.signals).isEmpty();
            Supervision.Result result = supervision.await(Optional.empty());
            assertThat(result.outcome()).isEqualTo(Outcome.INTERRUPTED);
            assertThat(command.signals).containsExactly(1);
        }
    }

    private static Interruptions listening(AtomicReference<IntConsumer> listener) {
        return onSignal -> {
            listener.set(onSignal);
            return () -> {};
        };
    }
}
