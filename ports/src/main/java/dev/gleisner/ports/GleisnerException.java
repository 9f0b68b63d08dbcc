package dev.gleisner.ports;

import org.jspecify.annotations.Nullable;

/** Something that a person can act on: what failed, why, and how to fix it. */
public abstract sealed class GleisnerException extends Exception
        permits GleisnerException.HostLacks,
                GleisnerException.KernelRefused,
                GleisnerException.BadInput,
                GleisnerException.CommandNotStarted,
                GleisnerException.EvidenceRejected,
                GleisnerException.StorageFailed {
    private static final long serialVersionUID = 1L;

    private final String fix;

    private GleisnerException(String what, String why, String fix, @Nullable Throwable cause) {
        super(what + ": " + why, cause);
        if (fix.isBlank()) {
            throw new IllegalArgumentException("an error without a fix: " + what);
        }
        this.fix = fix;
    }

    /** What a person can do about it, in a sentence. */
    public final String fix() {
        return fix;
    }

    /** The host has not what is needed. */
    public static final class HostLacks extends GleisnerException {
        private static final long serialVersionUID = 1L;

        /** Needs {@code what}, and {@code why} it is not there. */
        public HostLacks(String what, String why, String fix) {
            super(what, why, fix, null);
        }
    }

    /** The kernel refused a call. */
    public static final class KernelRefused extends GleisnerException {
        private static final long serialVersionUID = 1L;
        private final int errno;

        /** {@code what} was tried, the kernel answered {@code errno}. */
        public KernelRefused(String what, String why, int errno, String fix, @Nullable Throwable cause) {
            super(what, why, fix, cause);
            this.errno = errno;
        }

        /** The error number of errno(3). */
        public int errno() {
            return errno;
        }
    }

    /** A profile, policy, option or variable that a person wrote is wrong. */
    public static final class BadInput extends GleisnerException {
        private static final long serialVersionUID = 1L;

        /** {@code what} is wrong, {@code why}. */
        public BadInput(String what, String why, String fix) {
            super(what, why, fix, null);
        }
    }

    /** The command itself cannot be started. */
    public static final class CommandNotStarted extends GleisnerException {
        private static final long serialVersionUID = 1L;
        private final int status;

        /**
         * @param status 127 when there is no such command, 126 when it cannot be executed, as in a shell
         */
        public CommandNotStarted(int status, String what, String why, String fix) {
            super(what, why, fix, null);
            this.status = status;
        }

        /** 126 or 127, as a shell reports it. */
        public int status() {
            return status;
        }
    }

    /** Evidence that cannot be believed. */
    public static final class EvidenceRejected extends GleisnerException {
        private static final long serialVersionUID = 1L;
        private final String reason;

        /**
         * @param reason stable code for scripts, such as {@code bundle.duplicate-member}; a check id
         */
        public EvidenceRejected(String reason, String what, String why, String fix) {
            super(what, why, fix, null);
            this.reason = reason;
        }

        /** Stable code for scripts. */
        public String reason() {
            return reason;
        }
    }

    /** Evidence or a key could not be read or written. */
    public static final class StorageFailed extends GleisnerException {
        private static final long serialVersionUID = 1L;

        /** {@code what} failed, {@code why}. */
        public StorageFailed(String what, String why, String fix, @Nullable Throwable cause) {
            super(what, why, fix, cause);
        }
    }
}
