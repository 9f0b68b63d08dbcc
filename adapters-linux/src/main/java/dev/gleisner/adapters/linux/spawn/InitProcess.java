package dev.gleisner.adapters.linux.spawn;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.Libc;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.Tape;
import dev.gleisner.adapters.linux.tape.TapeEncoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/** An init that plays a tape, as seen from the supervisor: its first process and the two channels to it. */
public final class InitProcess implements AutoCloseable {
    private static final int POLLIN = 1;
    private static final int BUFFER = 4096;

    private final int pid;
    private final Fd status;
    private final Fd control;
    private final byte[] buffer = new byte[BUFFER];
    private final ByteBuffer records = ByteBuffer.wrap(buffer).order(ByteOrder.LITTLE_ENDIAN);
    private int filled;
    private boolean endOfFile;

    private InitProcess(int pid, Fd status, Fd control) {
        this.pid = pid;
        this.status = status;
        this.control = control;
    }

    /**
     * Does now what the first start would have to wait for; for a thread that has time.
     *
     * @throws SyscallException when the first start will fail
     */
    public static void warmUp() throws SyscallException {
        Libc.warmUp();
        var _ = InitImage.descriptor();
        Spawner.start();
    }

    /**
     * Starts init with that tape.
     *
     * @param stdio what becomes descriptors 0, 1 and 2; -1 hands on our own
     */
    public static InitProcess start(Tape tape, int[] stdio) throws SyscallException {
        Fd image = InitImage.descriptor();
        try (Fd tapeFile = MemoryFile.sealed("gleisner-tape", TapeEncoder.encode(tape), false)) {
            Descriptors.Pipe status = Descriptors.pipe();
            try (Fd statusInside = status.write()) {
                Descriptors.Pair control = Descriptors.socketPair();
                try (Fd controlInside = control.theirs()) {
                    int pid = Spawner.spawn(
                            "/proc/self/fd/" + image.number(),
                            "gleisner-init",
                            descriptors(stdio, tapeFile, statusInside, controlInside));
                    return new InitProcess(pid, status.read(), control.ours());
                } catch (SyscallException | RuntimeException e) {
                    control.ours().close();
                    throw e;
                }
            } catch (SyscallException | RuntimeException e) {
                status.read().close();
                throw e;
            }
        }
    }

    private static int[] descriptors(int[] stdio, Fd tape, Fd status, Fd control) {
        int given = 0;
        for (int source : stdio) {
            given += source >= 0 ? 1 : 0;
        }
        int[] pairs = new int[2 * (given + 3)];
        int at = 0;
        for (int target = 0; target < stdio.length; target++) {
            if (stdio[target] >= 0) {
                pairs[at++] = stdio[target];
                pairs[at++] = target;
            }
        }
        pairs[at++] = tape.number();
        pairs[at++] = Tape.TAPE_FD;
        pairs[at++] = status.number();
        pairs[at++] = Tape.STATUS_FD;
        pairs[at++] = control.number();
        pairs[at] = Tape.CONTROL_FD;
        return pairs;
    }

    /** The process that was spawned; a child of ours. */
    public int pid() {
        return pid;
    }

    /** Our end of the socket to init. */
    public Fd control() {
        return control;
    }

    /**
     * The next record.
     *
     * @param timeoutMillis how long to wait for it
     * @return empty when none came in time or none will come any more; see {@link #finished}
     */
    public Optional<InitRecord> next(int timeoutMillis) throws SyscallException {
        while (true) {
            Optional<InitRecord> record = decode();
            if (record.isPresent() || endOfFile) {
                return record;
            }
            if (!poll(status, timeoutMillis)) {
                return Optional.empty();
            }
            fill();
        }
    }

    /** Whether every process that could report has ended and all it said has been read. */
    public boolean finished() {
        return endOfFile && filled < InitRecord.BYTES;
    }

    private void fill() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(BUFFER - filled);
            long got = Kernel.call("read", SysNr.READ, status.number(), bytes.address(), BUFFER - filled);
            if (got == 0) {
                endOfFile = true;
                return;
            }
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, buffer, filled, (int) got);
            filled += (int) got;
        }
    }

    private Optional<InitRecord> decode() {
        if (filled < InitRecord.BYTES) {
            return Optional.empty();
        }
        int kind = records.getInt(0);
        int op = records.getInt(4);
        long value = records.getLong(8);
        int size = kind == 6 ? InitRecord.BYTES + InitRecord.USAGE_BYTES : InitRecord.BYTES;
        if (filled < size) {
            return Optional.empty();
        }
        InitRecord record = switch (kind) {
            case 1 -> new InitRecord.Failed(op, (int) value);
            case 2 -> new InitRecord.Skipped(op, (int) value);
            case 3 -> new InitRecord.Probed(op, value);
            case 4 -> new InitRecord.Value(op, value);
            case 5 -> new InitRecord.Ready();
            case 6 ->
                new InitRecord.Ended(
                        InitRecord.exit((int) value),
                        time(InitRecord.BYTES),
                        time(InitRecord.BYTES + 16),
                        records.getLong(InitRecord.BYTES + 32) * 1024);
            default -> throw new IllegalStateException("init sent a record of the unknown kind " + kind);
        };
        System.arraycopy(buffer, size, buffer, 0, filled - size);
        filled -= size;
        return Optional.of(record);
    }

    private Duration time(int at) {
        return Duration.ofSeconds(records.getLong(at), records.getLong(at + 8) * 1000);
    }

    /** Lets the command start. */
    public void release() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            long _ = Kernel.call(
                    "sendto",
                    SysNr.SENDTO,
                    control.number(),
                    arena.allocate(1).address(),
                    1,
                    0x4000, // MSG_NOSIGNAL
                    0,
                    0);
        }
    }

    /**
     * Waits until the released process has either become the command or ended: both close its end of the socket.
     *
     * @return false when that did not happen in time
     */
    public boolean awaitExec(int timeoutMillis) throws SyscallException {
        return poll(control, timeoutMillis);
    }

    /** Whether {@code fd} can be read, or is at its end, within that time. */
    private static boolean poll(Fd fd, int timeoutMillis) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment entry = arena.allocate(8, 4);
            entry.set(ValueLayout.JAVA_INT, 0, fd.number());
            entry.set(ValueLayout.JAVA_SHORT, 4, (short) POLLIN);
            long result = Kernel.raw(SysNr.POLL, entry.address(), 1, timeoutMillis);
            if (result < 0 && result != -Errno.EINTR) {
                throw new SyscallException("poll", (int) -result);
            }
            return result > 0;
        }
    }

    /**
     * Waits for a child of ours to end, and takes it off the process table.
     *
     * @return the status of wait4(2); empty when it was no child of ours any more
     */
    public static Optional<Integer> reap(int child) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            while (true) {
                long result = Kernel.raw(SysNr.WAIT4, child, status.address(), 0);
                if (result == child) {
                    return Optional.of(status.get(ValueLayout.JAVA_INT, 0));
                }
                if (result != -Errno.EINTR) {
                    return Optional.empty();
                }
            }
        }
    }

    /** Closes our ends. Does not kill. */
    @Override
    public void close() {
        control.close();
        status.close();
    }
}
