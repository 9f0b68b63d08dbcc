package dev.gleisner.adapters.audit.ebpf;

/** System calls of x86_64 that make a difference to the reader; calls.h has all that the programs look at. */
final class Calls {
    static final int OPEN = 2;
    static final int CONNECT = 42;
    static final int ACCEPT = 43;
    static final int BIND = 49;
    static final int EXECVE = 59;
    static final int TRUNCATE = 76;
    static final int FTRUNCATE = 77;
    static final int MKDIR = 83;
    static final int RMDIR = 84;
    static final int CREAT = 85;
    static final int LINK = 86;
    static final int UNLINK = 87;
    static final int SYMLINK = 88;
    static final int MKNOD = 133;
    static final int OPENAT = 257;
    static final int MKDIRAT = 258;
    static final int MKNODAT = 259;
    static final int UNLINKAT = 263;
    static final int LINKAT = 265;
    static final int SYMLINKAT = 266;
    static final int ACCEPT4 = 288;
    static final int OPEN_BY_HANDLE_AT = 304;
    static final int RENAMEAT2 = 316;
    static final int EXECVEAT = 322;
    static final int OPENAT2 = 437;

    private Calls() {}
}
