package dev.gleisner.cli;

import dev.gleisner.ports.usecase.Interruptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Hears the signals that ask a program to stop. */
public final class Signals implements Interruptions {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    @Override
    public Registration listen(IntConsumer onSignal) {
        List<Signal> signals = new ArrayList<>();
        List<SignalHandler> before = new ArrayList<>();
        for (String name : NAMES) {
            Signal signal = new Signal(name);
            before.add(Signal.handle(signal, received -> onSignal.accept(received.getNumber())));
            signals.add(signal);
        }
        return () -> {
            for (int i = 0; i < signals.size(); i++) {
                Signal.handle(signals.get(i), before.get(i));
            }
        };
    }
}
