package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.spawn.Descriptors;
import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.Confinement;
import dev.gleisner.adapters.linux.terminal.StreamPump;
import dev.gleisner.adapters.linux.terminal.Terminal;
import dev.gleisner.adapters.linux.terminal.TerminalRelay;
import dev.gleisner.ports.OutputTaps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command's standard streams. A stream that is a terminal becomes the sandbox's own terminal, which is relayed;
 * one that somebody listens to becomes a pipe, which is copied on; every other one is handed on as it is.
 */
final class Streams implements AutoCloseable {
    private static final int WAIT_MILLIS = 100;

    private final Confinement.Stdio terminal;
    private final OutputTaps taps;
    private final int[] sources = {-1, -1, -1};
    private final List<Fd> childEnds = new ArrayList<>(2);
    private final Fd[] ours = new Fd[3];
    private final List<StreamPump> pumps = new ArrayList<>(2);
    private Optional<Fd> master = Optional.empty();
    private Optional<TerminalRelay> relay = Optional.empty();

    private Streams(Confinement.Stdio terminal, OutputTaps taps) {
        this.terminal = terminal;
        this.taps = taps;
    }

    /**
     * Which of our own standard streams become the sandbox's terminal: those that are one. Only standard input is handed
     * on as it is when the output goes elsewhere, as in {@code gleisner wrap -- cat | less}: the keys are the pager's.
     */
    static Confinement.Stdio terminals() {
        boolean out = Terminal.isTerminal(1);
        return new Confinement.Stdio(out && Terminal.isTerminal(0), out, Terminal.isTerminal(2));
    }

    /** Makes the pipes that are needed. */
    static Streams open(Confinement.Stdio terminal, OutputTaps taps) throws SyscallException {
        Streams streams = new Streams(terminal, taps);
        try {
            if (taps.stdout().isPresent() && !terminal.out()) {
                streams.pipe(1);
            }
            if (taps.stderr().isPresent() && !terminal.err()) {
                streams.pipe(2);
            }
            return streams;
        } catch (SyscallException | RuntimeException e) {
            streams.close();
            throw e;
        }
    }

    private void pipe(int stream) throws SyscallException {
        Descriptors.Pipe pipe = Descriptors.pipe();
        ours[stream] = pipe.read();
        childEnds.add(pipe.write());
        sources[stream] = pipe.write().number();
    }

    /** What becomes descriptors 0, 1 and 2 of init; -1 for our own. */
    int[] sources() {
        return sources.clone();
    }

    /** Init has its own copies now; the end of file must come when it and the command have ended. */
    void closeChildEnds() {
        childEnds.forEach(Fd::close);
    }

    /** Takes over our side of the sandbox's terminal. */
    void master(Fd descriptor) {
        master = Optional.of(descriptor);
    }

    /** Starts to copy. */
    void start() throws SyscallException {
        pump(1, taps.stdout());
        pump(2, taps.stderr());
        if (master.isPresent()) {
            int input = terminal.in() ? 0 : terminal.out() ? 1 : -1;
            int output = terminal.out() ? 1 : 2;
            relay = Optional.of(TerminalRelay.start(master.get().release(), input, output));
        }
    }

    private void pump(int stream, Optional<OutputTaps.Tap> tap) throws SyscallException {
        Fd from = ours[stream];
        if (from != null && tap.isPresent()) {
            pumps.add(StreamPump.start("gleisner-fd" + stream, from.release(), stream, tap.get()));
        }
    }

    /** Waits until all that was printed is delivered; every process inside has ended already. */
    void drain() throws InterruptedException {
        for (StreamPump pump : pumps) {
            while (!pump.await(WAIT_MILLIS)) {
                Thread.onSpinWait();
            }
        }
        if (relay.isPresent()) {
            while (!relay.get().await(WAIT_MILLIS)) {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() {
        closeChildEnds();
        for (StreamPump pump : pumps) {
            pump.close();
        }
        relay.ifPresent(TerminalRelay::close);
        master.ifPresent(Fd::close);
        for (Fd end : ours) {
            if (end != null) {
                end.close();
            }
        }
    }
}
