package dev.gleisner.adapters.linux.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The few functions of the C library that are no system calls. They are called in the one shape that {@link Kernel}
 * has linked already (seven longs): on x86_64 and aarch64 a function takes its integer and pointer arguments from
 * the same registers whether or not more are set, and an {@code int} result is the lower half of the long one. A new
 * shape would cost 7 to 25 ms in a cold process, this costs 0.3 ms.
 */
public final class Libc {
    /** Larger than {@code posix_spawn_file_actions_t} of glibc (80 bytes) and musl (80 bytes). */
    private static final int FILE_ACTIONS_BYTES = 256;

    private static final MethodHandle SPAWN = Kernel.function("posix_spawn");
    private static final MethodHandle ACTIONS_INIT = Kernel.function("posix_spawn_file_actions_init");
    private static final MethodHandle ADD_DUP2 = Kernel.function("posix_spawn_file_actions_adddup2");
    private static final MethodHandle ACTIONS_DESTROY = Kernel.function("posix_spawn_file_actions_destroy");

    private Libc() {}

    /** Links all now. */
    public static void warmUp() {
        Kernel.warmUp();
    }

    /**
     * Starts a program with an empty environment. The parent of the new process is the calling <em>thread</em>: what
     * the kernel does on a parent's death (PR_SET_PDEATHSIG) happens when this thread ends.
     *
     * @param path of the program
     * @param name its {@code argv[0]}
     * @param descriptors pairs: a descriptor of ours, and its number in the new process; all others are inherited
     *     unless they are marked close-on-exec
     * @return its process id
     * @throws SyscallException when it could not be started
     * @spec https://man7.org/linux/man-pages/man3/posix_spawn.3.html posix_spawn(3)
     */
    public static int posixSpawn(String path, String name, int[] descriptors) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(FILE_ACTIONS_BYTES, 16);
            check("posix_spawn_file_actions_init", Kernel.invoke(ACTIONS_INIT, actions.address(), 0, 0, 0, 0, 0));
            try {
                for (int i = 0; i < descriptors.length; i += 2) {
                    check(
                            "posix_spawn_file_actions_adddup2",
                            Kernel.invoke(ADD_DUP2, actions.address(), descriptors[i], descriptors[i + 1], 0, 0, 0));
                }
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                MemorySegment vector = arena.allocate(ValueLayout.JAVA_LONG, 3); // argv: name, NULL; envp: NULL
                vector.set(ValueLayout.JAVA_LONG, 0, Kernel.cString(arena, name).address());
                check(
                        "posix_spawn",
                        Kernel.invoke(
                                SPAWN,
                                pid.address(),
                                Kernel.cString(arena, path).address(),
                                actions.address(),
                                0,
                                vector.address(),
                                vector.address() + 16));
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                long result = Kernel.invoke(ACTIONS_DESTROY, actions.address(), 0, 0, 0, 0, 0);
                assert (int) result == 0;
            }
        }
    }

    /** These functions return the error number itself. */
    private static void check(String call, long result) throws SyscallException {
        if ((int) result != 0) {
            throw new SyscallException(call, (int) result);
        }
    }
}
