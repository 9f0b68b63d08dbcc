package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.ports.GleisnerException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The thread that reads what the kernel tells a sensor. It is never left behind, and what it fails with is kept. */
final class SensorThread {

    /** What the thread does. */
    @FunctionalInterface
    interface Body {
        /**
         * Reads until the end.
         *
         * @param stopping whether to end as soon as what is there has been read: whatever happened before
         *     {@link SensorThread#stop} was called can be read once this is true
         */
        void run(BooleanSupplier stopping);
    }

    private final String sensor;
    private final Waiter waiter;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;

    /**
     * Starts it.
     *
     * @param sensor its name
     * @param waiter what it waits with
     */
    SensorThread(String sensor, Waiter waiter, Body body) {
        this.sensor = sensor;
        this.waiter = waiter;
        this.thread = Thread.ofPlatform().name("gleisner-" + sensor).daemon().unstarted(() -> run(body));
        thread.start();
    }

    private void run(Body body) {
        try {
            body.run(() -> stopping);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    /** Lets it end and waits for that; does nothing the second time. */
    void stop() {
        stopping = true;
        waiter.wake();
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true; // its descriptors are ours: it cannot be left behind
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what it failed with. */
    void check() throws GleisnerException.KernelRefused {
        Throwable broken = failure;
        if (broken != null) {
            throw new GleisnerException.KernelRefused(
                    sensor + " sensor",
                    "it stopped in the middle of the session: " + broken,
                    Errno.EIO,
                    "record again; if it happens again, report it with this text",
                    broken);
        }
    }
}
