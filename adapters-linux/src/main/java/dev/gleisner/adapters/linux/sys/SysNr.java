package dev.gleisner.adapters.linux.sys;

/**
 * System call numbers of x86_64 that we make ourselves. Plain constants: touching a generated binding links natives,
 * which a cold start cannot afford; a test holds them against the generated ones.
 */
public final class SysNr {
    /** read(2). */
    public static final int READ = 0;

    /** write(2). */
    public static final int WRITE = 1;

    /** open(2). */
    public static final int OPEN = 2;

    /** close(2). */
    public static final int CLOSE = 3;

    /** fstat(2). */
    public static final int FSTAT = 5;

    /** poll(2). */
    public static final int POLL = 7;

    /** lseek(2). */
    public static final int LSEEK = 8;

    /** mmap(2). */
    public static final int MMAP = 9;

    /** munmap(2). */
    public static final int MUNMAP = 11;

    /** rt_sigaction(2). */
    public static final int RT_SIGACTION = 13;

    /** rt_sigprocmask(2). */
    public static final int RT_SIGPROCMASK = 14;

    /** ioctl(2). */
    public static final int IOCTL = 16;

    /** pread64(2). */
    public static final int PREAD64 = 17;

    /** access(2). */
    public static final int ACCESS = 21;

    /** dup(2). */
    public static final int DUP = 32;

    /** dup2(2). */
    public static final int DUP2 = 33;

    /** getpid(2). */
    public static final int GETPID = 39;

    /** socket(2). */
    public static final int SOCKET = 41;

    /** connect(2). */
    public static final int CONNECT = 42;

    /** sendto(2). */
    public static final int SENDTO = 44;

    /** recvfrom(2). */
    public static final int RECVFROM = 45;

    /** sendmsg(2). */
    public static final int SENDMSG = 46;

    /** recvmsg(2). */
    public static final int RECVMSG = 47;

    /** bind(2). */
    public static final int BIND = 49;

    /** listen(2). */
    public static final int LISTEN = 50;

    /** socketpair(2). */
    public static final int SOCKETPAIR = 53;

    /** setsockopt(2). */
    public static final int SETSOCKOPT = 54;

    /** getsockopt(2). */
    public static final int GETSOCKOPT = 55;

    /** clone(2). */
    public static final int CLONE = 56;

    /** fork(2). */
    public static final int FORK = 57;

    /** execve(2). */
    public static final int EXECVE = 59;

    /** exit(2). */
    public static final int EXIT = 60;

    /** wait4(2). */
    public static final int WAIT4 = 61;

    /** kill(2). */
    public static final int KILL = 62;

    /** uname(2). */
    public static final int UNAME = 63;

    /** fcntl(2). */
    public static final int FCNTL = 72;

    /** flock(2). */
    public static final int FLOCK = 73;

    /** fsync(2). */
    public static final int FSYNC = 74;

    /** fdatasync(2). */
    public static final int FDATASYNC = 75;

    /** truncate(2). */
    public static final int TRUNCATE = 76;

    /** ftruncate(2). */
    public static final int FTRUNCATE = 77;

    /** getcwd(2). */
    public static final int GETCWD = 79;

    /** chdir(2). */
    public static final int CHDIR = 80;

    /** fchdir(2). */
    public static final int FCHDIR = 81;

    /** rename(2). */
    public static final int RENAME = 82;

    /** mkdir(2). */
    public static final int MKDIR = 83;

    /** rmdir(2). */
    public static final int RMDIR = 84;

    /** unlink(2). */
    public static final int UNLINK = 87;

    /** symlink(2). */
    public static final int SYMLINK = 88;

    /** readlink(2). */
    public static final int READLINK = 89;

    /** chmod(2). */
    public static final int CHMOD = 90;

    /** fchmod(2). */
    public static final int FCHMOD = 91;

    /** umask(2). */
    public static final int UMASK = 95;

    /** getrusage(2). */
    public static final int GETRUSAGE = 98;

    /** ptrace(2). */
    public static final int PTRACE = 101;

    /** getuid(2). */
    public static final int GETUID = 102;

    /** getgid(2). */
    public static final int GETGID = 104;

    /** geteuid(2). */
    public static final int GETEUID = 107;

    /** getegid(2). */
    public static final int GETEGID = 108;

    /** getppid(2). */
    public static final int GETPPID = 110;

    /** setsid(2). */
    public static final int SETSID = 112;

    /** setgroups(2). */
    public static final int SETGROUPS = 116;

    /** setresuid(2). */
    public static final int SETRESUID = 117;

    /** setresgid(2). */
    public static final int SETRESGID = 119;

    /** capget(2). */
    public static final int CAPGET = 125;

    /** capset(2). */
    public static final int CAPSET = 126;

    /** personality(2). */
    public static final int PERSONALITY = 135;

    /** statfs(2). */
    public static final int STATFS = 137;

    /** fstatfs(2). */
    public static final int FSTATFS = 138;

    /** pivot_root(2). */
    public static final int PIVOT_ROOT = 155;

    /** prctl(2). */
    public static final int PRCTL = 157;

    /** setrlimit(2). */
    public static final int SETRLIMIT = 160;

    /** chroot(2). */
    public static final int CHROOT = 161;

    /** mount(2). */
    public static final int MOUNT = 165;

    /** umount2(2). */
    public static final int UMOUNT2 = 166;

    /** sethostname(2). */
    public static final int SETHOSTNAME = 170;

    /** gettid(2). */
    public static final int GETTID = 186;

    /** fgetxattr(2). */
    public static final int FGETXATTR = 193;

    /** futex(2). */
    public static final int FUTEX = 202;

    /** sched_setaffinity(2). */
    public static final int SCHED_SETAFFINITY = 203;

    /** sched_getaffinity(2). */
    public static final int SCHED_GETAFFINITY = 204;

    /** getdents64(2). */
    public static final int GETDENTS64 = 217;

    /** set_tid_address(2). */
    public static final int SET_TID_ADDRESS = 218;

    /** fadvise64(2). */
    public static final int FADVISE64 = 221;

    /** clock_gettime(2). */
    public static final int CLOCK_GETTIME = 228;

    /** exit_group(2). */
    public static final int EXIT_GROUP = 231;

    /** epoll_ctl(2). */
    public static final int EPOLL_CTL = 233;

    /** tgkill(2). */
    public static final int TGKILL = 234;

    /** waitid(2). */
    public static final int WAITID = 247;

    /** inotify_add_watch(2). */
    public static final int INOTIFY_ADD_WATCH = 254;

    /** inotify_rm_watch(2). */
    public static final int INOTIFY_RM_WATCH = 255;

    /** openat(2). */
    public static final int OPENAT = 257;

    /** mkdirat(2). */
    public static final int MKDIRAT = 258;

    /** mknodat(2). */
    public static final int MKNODAT = 259;

    /** newfstatat(2). */
    public static final int NEWFSTATAT = 262;

    /** unlinkat(2). */
    public static final int UNLINKAT = 263;

    /** renameat(2). */
    public static final int RENAMEAT = 264;

    /** linkat(2). */
    public static final int LINKAT = 265;

    /** symlinkat(2). */
    public static final int SYMLINKAT = 266;

    /** readlinkat(2). */
    public static final int READLINKAT = 267;

    /** fchmodat(2). */
    public static final int FCHMODAT = 268;

    /** ppoll(2). */
    public static final int PPOLL = 271;

    /** unshare(2). */
    public static final int UNSHARE = 272;

    /** epoll_pwait(2). */
    public static final int EPOLL_PWAIT = 281;

    /** signalfd4(2). */
    public static final int SIGNALFD4 = 289;

    /** eventfd2(2). */
    public static final int EVENTFD2 = 290;

    /** epoll_create1(2). */
    public static final int EPOLL_CREATE1 = 291;

    /** dup3(2). */
    public static final int DUP3 = 292;

    /** pipe2(2). */
    public static final int PIPE2 = 293;

    /** inotify_init1(2). */
    public static final int INOTIFY_INIT1 = 294;

    /** fanotify_init(2). */
    public static final int FANOTIFY_INIT = 300;

    /** fanotify_mark(2). */
    public static final int FANOTIFY_MARK = 301;

    /** name_to_handle_at(2). */
    public static final int NAME_TO_HANDLE_AT = 303;

    /** open_by_handle_at(2). */
    public static final int OPEN_BY_HANDLE_AT = 304;

    /** prlimit64(2). */
    public static final int PRLIMIT64 = 302;

    /** setns(2). */
    public static final int SETNS = 308;

    /** process_vm_readv(2). */
    public static final int PROCESS_VM_READV = 310;

    /** renameat2(2). */
    public static final int RENAMEAT2 = 316;

    /** seccomp(2). */
    public static final int SECCOMP = 317;

    /** memfd_create(2). */
    public static final int MEMFD_CREATE = 319;

    /** bpf(2). */
    public static final int BPF = 321;

    /** execveat(2). */
    public static final int EXECVEAT = 322;

    /** copy_file_range(2). */
    public static final int COPY_FILE_RANGE = 326;

    /** statx(2). */
    public static final int STATX = 332;

    /** pidfd_send_signal(2). */
    public static final int PIDFD_SEND_SIGNAL = 424;

    /** io_uring_setup(2). */
    public static final int IO_URING_SETUP = 425;

    /** open_tree(2). */
    public static final int OPEN_TREE = 428;

    /** move_mount(2). */
    public static final int MOVE_MOUNT = 429;

    /** fsopen(2). */
    public static final int FSOPEN = 430;

    /** fsconfig(2). */
    public static final int FSCONFIG = 431;

    /** fsmount(2). */
    public static final int FSMOUNT = 432;

    /** fspick(2). */
    public static final int FSPICK = 433;

    /** pidfd_open(2). */
    public static final int PIDFD_OPEN = 434;

    /** clone3(2). */
    public static final int CLONE3 = 435;

    /** close_range(2). */
    public static final int CLOSE_RANGE = 436;

    /** openat2(2). */
    public static final int OPENAT2 = 437;

    /** pidfd_getfd(2). */
    public static final int PIDFD_GETFD = 438;

    /** faccessat2(2). */
    public static final int FACCESSAT2 = 439;

    /** mount_setattr(2). */
    public static final int MOUNT_SETATTR = 442;

    /** landlock_create_ruleset(2). */
    public static final int LANDLOCK_CREATE_RULESET = 444;

    /** landlock_add_rule(2). */
    public static final int LANDLOCK_ADD_RULE = 445;

    /** landlock_restrict_self(2). */
    public static final int LANDLOCK_RESTRICT_SELF = 446;

    private SysNr() {}
}
