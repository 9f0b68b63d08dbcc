package dev.gleisner.adapters.linux.sys;

import java.util.concurrent.atomic.AtomicInteger;

/** A file descriptor that somebody owns. Closing twice does no harm. */
public final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;
    private final AtomicInteger number;

    /** Takes ownership of {@code number}. */
    public Fd(int number) {
        this.number = new AtomicInteger(number);
    }

    /** Its number. */
    public int number() {
        int current = number.get();
        if (current == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return current;
    }

    /** Gives the descriptor away: its number, which the caller now has to close. */
    public int release() {
        int last = number.getAndSet(CLOSED);
        if (last == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return last;
    }

    /** Whether it is still open. */
    public boolean open() {
        return number.get() != CLOSED;
    }

    @Override
    public void close() {
        int last = number.getAndSet(CLOSED);
        if (last != CLOSED) {
            long _ = Kernel.raw(SysNr.CLOSE, last, 0, 0); // on Linux it is closed whatever the result says
        }
    }
}
