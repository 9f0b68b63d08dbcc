package dev.gleisner.adapters.linux.terminal;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Stands between the real terminal and the sandbox's own: keys go in, output comes out through an
 * {@link EscapeFilter}, and the window's size follows. The real terminal is in raw mode meanwhile, so Ctrl-C and
 * Ctrl-Z are bytes that the sandbox's terminal turns into signals there.
 *
 * <p>The size is asked for every quarter of a second and whenever bytes pass, instead of handling SIGWINCH: that
 * would take the module jdk.unsupported and a handler that the JVM holds for the whole process.
 */
public final class TerminalRelay implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;
    private static final int KEYS = 4096;
    private static final int SIZE_POLL_MILLIS = 250;
    private static final long F_SETFL = 4;
    private static final long O_RDWR = 2;
    private static final long O_NONBLOCK = 0x800;

    private final int master;
    private final int input;
    private final int output;
    private final Optional<RawMode> raw;
    private final int wake;
    private final EscapeFilter filter = new EscapeFilter();
    private final Thread thread;
    private volatile Optional<Exception> failure = Optional.empty();
    private volatile boolean stopping;
    private boolean closed;

    private TerminalRelay(int master, int input, int output, Optional<RawMode> raw) throws SyscallException {
        this.master = master;
        this.input = input;
        this.output = output;
        this.raw = raw;
        this.wake = Fds.wakeable();
        this.thread = Thread.ofPlatform().daemon().name("gleisner-terminal").unstarted(this::run);
    }

    /**
     * Puts the real terminal in raw mode and starts copying on a thread of its own.
     *
     * @param master of the sandbox's terminal, of which some process holds the other side; this object closes it
     * @param input the real terminal to read keys from and whose size counts; below 0 for none
     * @param output the real terminal to write to; the same descriptor will do when it is open for both
     * @throws SyscallException when {@code input} is no terminal; {@code master} is still open then
     */
    public static TerminalRelay start(int master, int input, int output) throws SyscallException {
        int real = input >= 0 ? input : output;
        Optional<RawMode> raw = input >= 0 ? Optional.of(RawMode.enter(input)) : Optional.empty();
        try {
            Optional<WindowSize> size = Terminal.size(real);
            if (size.isPresent()) {
                Terminal.setSize(master, size.get());
            }
            Kernel.call("make the terminal non-blocking", SysNr.FCNTL, master, F_SETFL, O_RDWR | O_NONBLOCK);
            TerminalRelay relay = new TerminalRelay(master, input, output, raw);
            relay.thread.start();
            return relay;
        } catch (SyscallException | RuntimeException | Error e) {
            raw.ifPresent(RawMode::close);
            throw e;
        }
    }

    private void run() {
        try (Fds fds = new Fds()) {
            copy(fds);
        } catch (SyscallException | RuntimeException e) {
            failure = Optional.of(e);
        } finally {
            raw.ifPresent(RawMode::close);
            Fds.close(master);
        }
    }

    private void copy(Fds fds) throws SyscallException {
        MemorySegment printed = fds.allocate(CHUNK);
        MemorySegment shown = fds.allocate(EscapeFilter.outputBound(CHUNK));
        byte[] heap = new byte[CHUNK];
        byte[] kept = new byte[EscapeFilter.outputBound(CHUNK)];
        MemorySegment keys = fds.allocate(KEYS);
        long keysFrom = 0;
        long keysTo = 0;
        WindowSize size = new WindowSize(0, 0, 0, 0);
        while (!stopping) {
            Optional<WindowSize> now = Terminal.size(input >= 0 ? input : output);
            if (now.isPresent() && !now.get().equals(size)) {
                size = now.get();
                Terminal.setSize(master, size);
            }
            fds.clear();
            boolean pending = keysFrom < keysTo;
            int out = fds.add(master, (short) (Fds.POLLIN | (pending ? Fds.POLLOUT : 0)));
            int stop = fds.add(wake, Fds.POLLIN);
            int in = fds.add(pending ? -1 : input, Fds.POLLIN);
            fds.await(SIZE_POLL_MILLIS);
            if (fds.ready(stop) != 0) {
                return;
            }
            if ((fds.ready(out) & ~Fds.POLLOUT) != 0) {
                long length = Fds.read(master, printed);
                if (length == 0 || length == -Errno.EIO) {
                    // EIO: nobody holds the other side any more, and all that was printed has been read
                    show(fds, shown, kept, filter.finish(kept));
                    return;
                }
                if (length > 0) {
                    MemorySegment.copy(printed, ValueLayout.JAVA_BYTE, 0, heap, 0, (int) length);
                    show(fds, shown, kept, filter.filter(heap, (int) length, kept));
                } else if (length != -Errno.EAGAIN) {
                    throw new SyscallException("read the sandbox's terminal", (int) -length);
                }
            }
            if (pending && (fds.ready(out) & Fds.POLLOUT) != 0) {
                // never more than the terminal takes: a command that does not read must not stop its own output
                long written = Fds.write(master, keys, keysFrom, keysTo);
                if (written > 0) {
                    keysFrom += written;
                } else if (written != -Errno.EAGAIN) {
                    keysFrom = keysTo; // EIO: it has no reader any more
                }
            }
            if (fds.ready(in) != 0) {
                long length = Fds.read(input, keys);
                if (length > 0) {
                    keysFrom = 0;
                    keysTo = length;
                } else if (length != -Errno.EAGAIN) {
                    // The real terminal is gone. Closing our side hangs the sandbox's up: the kernel sends SIGHUP.
                    return;
                }
            }
        }
    }

    private void show(Fds fds, MemorySegment shown, byte[] kept, int length) throws SyscallException {
        MemorySegment.copy(kept, 0, shown, ValueLayout.JAVA_BYTE, 0, length);
        long done = 0;
        while (done < length && !stopping) {
            long result = Fds.write(output, shown, done, length);
            if (result == -Errno.EAGAIN) {
                fds.clear();
                int unused = fds.add(output, Fds.POLLOUT);
                unused = fds.add(wake, Fds.POLLIN);
                fds.await(SIZE_POLL_MILLIS);
            } else if (result < 0) {
                throw new SyscallException("write to the terminal", (int) -result);
            } else {
                done += result;
            }
        }
    }

    /** What the filter kept from the real terminal so far; exact once {@link #await} has answered true. */
    public EscapeFilter filter() {
        return filter;
    }

    /** Why copying ended before the sandbox's terminal did; empty when it did not. */
    public Optional<Exception> failure() {
        return failure;
    }

    /**
     * Waits until no process holds the sandbox's terminal and everything printed is shown.
     *
     * @return whether it is so; false when the time was over before
     * @throws InterruptedException when the waiting thread is interrupted; copying goes on
     */
    public boolean await(long timeoutMillis) throws InterruptedException {
        thread.join(timeoutMillis);
        return !thread.isAlive();
    }

    /** Stops at once and puts the real terminal back; what was not shown is lost. Closing twice does no harm. */
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
        raw.ifPresent(RawMode::close); // the thread did it, unless it hangs in a terminal that is stopped (Ctrl-S)
        if (!thread.isAlive()) {
            Fds.close(wake);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
