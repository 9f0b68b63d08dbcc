package dev.gleisner.adapters.linux.sys;

/** A system call failed. Adapters translate it at their edge, where path and intention are known. */
public final class SyscallException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /** {@code call} failed with {@code errno}. */
    public SyscallException(String call, int errno) {
        super(call + ": " + Errno.describe(errno));
        this.call = call;
        this.errno = errno;
    }

    /** What was called, in words. */
    public String call() {
        return call;
    }

    /** The error number of errno(3). */
    public int errno() {
        return errno;
    }
}
