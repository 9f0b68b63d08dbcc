package dev.gleisner.cli.oracle;

/**
 * What a sensor has to see. What it cannot know by its nature is not asked of it; what it says must be true all the
 * same.
 *
 * @param choice what {@code --sensor} is given
 * @param processes programs that start
 * @param ends processes that come to be and end
 * @param reads files opened for reading
 * @param network connections, addresses and messages
 * @param process which process it was
 * @param result whether it worked
 * @param fleeting also what is gone again at once
 */
record Sense(
        String choice,
        boolean processes,
        boolean ends,
        boolean reads,
        boolean network,
        boolean process,
        boolean result,
        boolean fleeting) {
    static final Sense EBPF = new Sense("ebpf", true, true, true, true, true, true, true);
    /** Asked before the kernel has done it: results are not known, and nobody asks for leave to end. */
    static final Sense NOTIFY = new Sense("notify", true, false, false, true, true, false, true);

    static final Sense NOTIFY_FULL = new Sense("notify=full", true, false, true, true, true, false, true);
    /** Sees files, not who; what happens in a directory before it is watched is found by comparing, if it is still there. */
    static final Sense INOTIFY = new Sense("inotify", false, false, false, false, false, false, false);

    /** Names processes, but merges what one does to a file, and follows names when they may be gone. */
    static final Sense FANOTIFY = new Sense("fanotify", false, false, false, false, false, false, false);

    /** Its name in the log. */
    String source() {
        int equals = choice.indexOf('=');
        return equals < 0 ? choice : choice.substring(0, equals);
    }

    /** Whether links are told from files; a name that appears is all that the others see. */
    boolean links() {
        return process;
    }

    @Override
    public String toString() {
        return choice;
    }
}
