package dev.gleisner.adapters.linux.terminal;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.ports.OutputTaps;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Copies what the command writes to a pipe to the descriptor it was meant for, then tells a tap. As in a shell's
 * pipeline, the command meets SIGPIPE when nobody reads any more: the read end is closed as soon as writing fails.
 */
public final class StreamPump implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final int from;
    private final int to;
    private final OutputTaps.Tap tap;
    private final int wake;
    private final Thread thread;
    private volatile long bytes;
    private volatile Optional<Exception> failure = Optional.empty();
    private volatile boolean stopping;
    private boolean closed;

    private StreamPump(String name, int from, int to, OutputTaps.Tap tap) throws SyscallException {
        this.from = from;
        this.to = to;
        this.tap = tap;
        this.wake = Fds.wakeable();
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    /**
     * Starts copying on a thread of its own.
     *
     * @param name of the thread
     * @param from read end of a pipe; this object closes it
     * @param to where the bytes go; stays open
     * @param tap who hears them afterwards, on that thread
     * @throws SyscallException when the process is out of descriptors; {@code from} is still open then
     */
    public static StreamPump start(String name, int from, int to, OutputTaps.Tap tap) throws SyscallException {
        StreamPump pump = new StreamPump(name, from, to, tap);
        pump.thread.start();
        return pump;
    }

    private void run() {
        try (Fds fds = new Fds()) {
            MemorySegment buffer = fds.allocate(CHUNK);
            byte[] heap = new byte[CHUNK];
            while (ready(fds, from, Fds.POLLIN)) {
                long length = Fds.read(from, buffer);
                if (length == -Errno.EAGAIN) {
                    continue;
                }
                if (length < 0) {
                    throw new SyscallException("read the command's output", (int) -length);
                }
                if (length == 0) {
                    return;
                }
                long written = deliver(fds, buffer, length);
                if (written > 0) {
                    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, heap, 0, (int) written);
                    count(written);
                    tap.accept(heap, (int) written);
                }
                if (written < length) {
                    return;
                }
            }
        } catch (SyscallException | RuntimeException e) {
            failure = Optional.of(e); // the tap's, too: a record that cannot be kept ends the output
        } finally {
            Fds.close(from);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others read
    private void count(long more) {
        bytes += more;
    }

    /** How many were written: all, or fewer when the reader is gone. */
    private long deliver(Fds fds, MemorySegment buffer, long length) throws SyscallException {
        long done = 0;
        while (done < length) {
            long result = Fds.write(to, buffer, done, length);
            if (result == -Errno.EAGAIN) {
                if (!ready(fds, to, Fds.POLLOUT)) {
                    return done;
                }
            } else if (result == -Errno.EPIPE) {
                return done;
            } else if (result < 0) {
                failure = Optional.of(new SyscallException("write the command's output", (int) -result));
                return done; // such as ENOSPC: the command meets SIGPIPE, the caller the reason
            } else {
                done += result;
            }
        }
        return done;
    }

    /** Waits for that; false when the pump is to stop. */
    private boolean ready(Fds fds, int fd, short events) throws SyscallException {
        while (!stopping) {
            fds.clear();
            int place = fds.add(fd, events);
            int stop = fds.add(wake, Fds.POLLIN);
            fds.await(Fds.FOREVER);
            if (fds.ready(place) != 0) {
                return true;
            }
            if (fds.ready(stop) != 0) {
                return false;
            }
        }
        return false;
    }

    /** Bytes written so far; all of them once {@link #await} has answered true. */
    public long bytes() {
        return bytes;
    }

    /**
     * Why copying ended before the command's output did: a {@link SyscallException}, or what the tap threw. Empty when
     * it did not, or when only the reader was gone.
     */
    public Optional<Exception> failure() {
        return failure;
    }

    /**
     * Waits until everything is delivered.
     *
     * @return whether it is; false when the time was over before, because a process still holds the pipe
     * @throws InterruptedException when the waiting thread is interrupted; copying goes on
     */
    public boolean await(long timeoutMillis) throws InterruptedException {
        thread.join(timeoutMillis);
        return !thread.isAlive();
    }

    /** Stops at once; what was not delivered is lost. Closing twice does no harm. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stopping = true;
        Fds.wake(wake);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(1));
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (!thread.isAlive()) {
            Fds.close(wake); // otherwise the thread hangs in a write that nobody can interrupt; keep its descriptor
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
