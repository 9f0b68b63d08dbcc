package dev.gleisner.adapters.linux.seccomp;

import java.util.Optional;

/** The error numbers that rules may name, as in {@code asm-generic/errno.h}. */
enum Errno {
    EPERM(1),
    ENOSYS(38),
    EPROTONOSUPPORT(93),
    ESOCKTNOSUPPORT(94),
    EAFNOSUPPORT(97);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    Verdict verdict() {
        return new Verdict.Refuse(number);
    }

    static Optional<Errno> of(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return Optional.of(errno);
            }
        }
        return Optional.empty();
    }

    static Optional<Errno> named(String name) {
        for (Errno errno : values()) {
            if (errno.name().equals(name)) {
                return Optional.of(errno);
            }
        }
        return Optional.empty();
    }
}
