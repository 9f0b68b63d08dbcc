package dev.gleisner.adapters.linux.spawn;

import dev.gleisner.adapters.linux.sys.Libc;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedTransferQueue;

/**
 * The one thread that starts processes. It lives as long as the JVM, because PR_SET_PDEATHSIG fires when the
 * <em>thread</em> that spawned ends: from a short-lived thread the sandbox would die too early.
 *
 * @spec https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html PR_SET_PDEATHSIG(2const)
 */
final class Spawner {
    private static final LinkedTransferQueue<FutureTask<Integer>> TASKS = new LinkedTransferQueue<>();

    static {
        Thread thread = Thread.ofPlatform().name("gleisner-spawner").daemon().unstarted(Spawner::serve);
        thread.start();
    }

    private Spawner() {}

    /** Starts that thread, if it has not been. */
    static void start() {
        assert TASKS != null; // being looked at is enough
    }

    /** {@link Libc#posixSpawn} on the long-lived thread. */
    static int spawn(String path, String name, int[] descriptors) throws SyscallException {
        FutureTask<Integer> task = new FutureTask<>(() -> Libc.posixSpawn(path, name, descriptors));
        TASKS.add(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true; // it takes a millisecond; a process without an owner would be worse
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SyscallException refused -> throw refused;
                case RuntimeException bug -> throw bug;
                case Error bug -> throw bug;
                case null, default -> throw new AssertionError("posixSpawn throws nothing else", e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void serve() {
        while (true) {
            try {
                TASKS.take().run();
            } catch (InterruptedException e) {
                // Nobody has a reason to interrupt this thread, and it must not end.
                assert !Thread.currentThread().isInterrupted();
            }
        }
    }
}
