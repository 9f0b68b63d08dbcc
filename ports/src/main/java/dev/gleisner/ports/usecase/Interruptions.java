package dev.gleisner.ports.usecase;

import java.util.function.IntConsumer;

/** Tells of signals that ask the supervisor to stop. */
@FunctionalInterface
public interface Interruptions {
    /** Nobody ever interrupts. */
    Interruptions NONE = onSignal -> () -> {};

    /** Ends the listening; what the signals did before is in force again. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Calls {@code onSignal} with the number of every SIGINT, SIGTERM and SIGHUP from now on, on any thread.
     */
    Registration listen(IntConsumer onSignal);
}
