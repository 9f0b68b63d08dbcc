package dev.gleisner.domain.receipt;

import java.util.List;

/** Signals as the reference names them, which is as Go's syscall package does. */
final class SignalWord {
    private static final List<String> WORDS = List.of(
            "",
            "hangup",
            "interrupt",
            "quit",
            "illegal instruction",
            "trace/breakpoint trap",
            "aborted",
            "bus error",
            "floating point exception",
            "killed",
            "user defined signal 1",
            "segmentation fault",
            "user defined signal 2",
            "broken pipe",
            "alarm clock",
            "terminated");

    private SignalWord() {}

    /** The word for a signal's number. */
    static String of(long signal) {
        return signal > 0 && signal < WORDS.size() ? WORDS.get((int) signal) : "signal " + signal;
    }
}
