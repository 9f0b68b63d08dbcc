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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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

        Command(boolean obeys) {
            this.obeys = obeys;
        }

        @Override
        public long pid() {
            return 1;
        }

        @Override
        public EnforcementReport enforcement() {
            return new EnforcementReport("invented", true, List.of(), List.of());
        }

        @Override
        public void release() {}

        @Override
        public Ended await() throws InterruptedException {
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
        return Supervision.await(command, timeout, interruptions, reason -> {});
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
        Interruptions twice = onSignal -> {
            interrupt(onSignal, 2);
            interrupt(onSignal, 2);
            return () -> {};
        };
        Supervision.Result result = Supervision.await(command, Optional.empty(), twice, reasons::add);
        assertThat(result.outcome()).isEqualTo(Outcome.INTERRUPTED);
        assertThat(command.signals).containsExactly(2);
        assertThat(result.ended().exit()).isEqualTo(new Exit.Signal(9));
        assertThat(reasons).containsExactly("signal 2", "signal 2");
    }

    private static void interrupt(IntConsumer onSignal, int signal) {
        onSignal.accept(signal);
    }
}
