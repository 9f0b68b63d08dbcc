package dev.gleisner.adapters.linux.seccomp;

import java.util.List;

/** What a filter says about one call; see "Filter return values" in seccomp(2). */
public sealed interface Verdict {
    /** SECCOMP_RET_ALLOW: the call is made. */
    record Allow() implements Verdict {}

    /** SECCOMP_RET_LOG: the call is made, and an audit record of type 1326 tells of it. Since Linux 4.14. */
    record Log() implements Verdict {}

    /**
     * SECCOMP_RET_ERRNO: the call is not made and fails with this error number.
     *
     * @param errno 1 to 4095; the kernel cuts larger numbers down to 4095
     */
    record Refuse(int errno) implements Verdict {
        public Refuse {
            if (errno < 1 || errno > 4095) {
                throw new IllegalArgumentException("errno " + errno + " is not 1 to 4095");
            }
        }
    }

    /** SECCOMP_RET_KILL_PROCESS: all threads of the process die of SIGSYS. Since Linux 4.14. */
    record Kill() implements Verdict {}

    /**
     * SECCOMP_RET_USER_NOTIF: the call waits until the filter's listener has answered for it. Since Linux 5.0.
     *
     * @spec https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html seccomp_unotify(2)
     */
    record Notify() implements Verdict {}

    /** Returns the 32-bit value that a program returns for this. */
    default int code() {
        return switch (this) {
            case Allow() -> 0x7fff0000;
            case Log() -> 0x7ffc0000;
            case Notify() -> 0x7fc00000;
            case Refuse(int errno) -> 0x00050000 | errno;
            case Kill() -> 0x80000000;
        };
    }

    /** Returns this as people write it: {@code ALLOW}, {@code LOG}, {@code ERRNO(EPERM)}, {@code KILL_PROCESS}. */
    default String text() {
        return switch (this) {
            case Allow() -> "ALLOW";
            case Log() -> "LOG";
            case Notify() -> "USER_NOTIF";
            case Refuse(int errno) ->
                "ERRNO(" + Errno.of(errno).map(Errno::name).orElse(Integer.toString(errno)) + ")";
            case Kill() -> "KILL_PROCESS";
        };
    }

    /**
     * Reads a program's return value back.
     *
     * @throws IllegalArgumentException if it is none that our programs return
     */
    static Verdict ofCode(int code) {
        for (Verdict plain : List.of(new Allow(), new Log(), new Notify(), new Kill())) {
            if (plain.code() == code) {
                return plain;
            }
        }
        if ((code & 0xffff0000) == 0x00050000) {
            return new Refuse(code & 0xffff);
        }
        throw new IllegalArgumentException("0x%08x is not a verdict of ours".formatted(code));
    }
}
