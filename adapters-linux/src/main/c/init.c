/*
 * The half of Gleisner that runs where Java cannot: it executes a tape, an ordered list of system calls that the
 * supervisor wrote as data. There is no policy in here. No libc; static; for x86_64.
 *
 * Descriptors it is started with: 0, 1, 2 of the command; TAPE; STATUS (records go to the supervisor); CONTROL (one
 * byte comes when the command may start; end of file means that the supervisor has died).
 *
 * The layout of the tape and of the records is written down in TapeEncoder.java and InitRecord.java.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef int i32;
typedef long i64;

enum { TAPE = 3, STATUS = 4, CONTROL = 5 };
enum {
    SYS_read = 0, SYS_write = 1, SYS_open = 2, SYS_close = 3, SYS_lseek = 8, SYS_mmap = 9, SYS_clone = 56,
    SYS_wait4 = 61, SYS_kill = 62, SYS_getrusage = 98, SYS_exit_group = 231,
};
enum { EINTR = 4, ECHILD = 10, EINVAL = 22, EPROTO = 71, SIGKILL = 9, SIGCHLD = 17 };

/* Pseudo calls; everything below is a number of the kernel's. */
enum { OP_FORK = 0xF000, OP_EXIT = 0xF001, OP_REAP = 0xF002, OP_WAIT = 0xF003, OP_REPORT = 0xF004 };

/* What a failure means. PROBE: nothing fails, the result itself is what the supervisor wants to know. */
enum { FATAL = 0, SOFT = 1, QUIET = 2, PROBE = 3 };

enum { REC_FAILED = 1, REC_SOFT = 2, REC_PROBE = 3, REC_VALUE = 4, REC_READY = 5, REC_EXIT = 6 };

struct op {
    u16 nr;      /* number of the system call, or a pseudo call */
    u8 failure;  /* FATAL, SOFT, QUIET, PROBE */
    u8 loads;    /* bit n: argument n is the address of a 32 bit cell, load it */
    u32 keep;    /* offset of the cell that gets the result; 0 for none */
    u64 arg[6];
    u16 skip;    /* after a SOFT or QUIET failure, leave out so many ops; FORK: the child leaves them out */
    u16 count;   /* make the call so many times, the second argument counting up; EINVAL ends the range */
    u32 zero;
};

struct header {
    u32 magic;
    u32 ops;
    u32 bytes;   /* of the whole tape */
    u32 zero;
};

struct record {
    u32 kind;
    u32 op;
    i64 value;
};

#define MAGIC 0x31544c47u /* "GLT1" */
#define BASE 0x100000000000ul /* where the tape is mapped; pointers in it are absolute */
#define RECORDS 64

static struct record out[RECORDS];
static u32 filled;

static inline i64 sys(u64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
    i64 result;
    register u64 r10 __asm__("r10") = d;
    register u64 r8 __asm__("r8") = e;
    register u64 r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static void leave(int status) {
    for (;;)
        sys(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

/* Writes what has been gathered. Up to PIPE_BUF bytes arrive in one piece, whoever else writes. */
static void flush(void) {
    if (filled == 0)
        return;
    u64 bytes = filled * sizeof out[0];
    filled = 0;
    while (sys(SYS_write, STATUS, (u64)out, bytes, 0, 0, 0) == -EINTR)
        ;
}

static void record(u32 kind, u32 op, i64 value) {
    if (filled == RECORDS)
        flush();
    out[filled].kind = kind;
    out[filled].op = op;
    out[filled].value = value;
    filled++;
}

static void fail(u32 op, i64 result) {
    record(REC_FAILED, op, -result);
    flush();
    leave(127);
}

/* The children file of this very thread, for hosts of the command without a pid namespace. */
static const char children[] = "/proc/thread-self/children";

/* Kills every child that is left. Outside of a pid namespace "all processes" would be all of the user's. */
static void kill_rest(int own_namespace) {
    if (own_namespace) {
        sys(SYS_kill, -1, SIGKILL, 0, 0, 0, 0);
        return;
    }
    char text[4096];
    i64 fd = sys(SYS_open, (u64)children, 02000000 /* O_CLOEXEC */, 0, 0, 0, 0);
    if (fd < 0)
        return;
    i64 length = sys(SYS_read, fd, (u64)text, sizeof text, 0, 0, 0);
    sys(SYS_close, fd, 0, 0, 0, 0, 0);
    u64 pid = 0;
    for (i64 i = 0; i < length; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            pid = pid * 10 + (text[i] - '0');
        } else if (pid > 1) {
            sys(SYS_kill, pid, SIGKILL, 0, 0, 0, 0);
            pid = 0;
        }
    }
}

/* Waits for the command, reaps what is orphaned meanwhile, kills what is left, tells how it all ended. */
static void reap(i64 command, int own_namespace) {
    struct {
        struct record head;
        i64 rusage[18];
    } end;
    i32 status = 0;
    for (;;) {
        i32 any = 0;
        i64 pid = sys(SYS_wait4, -1, (u64)&any, 0x40000000 /* __WALL */, 0, 0, 0);
        if (pid == command) {
            status = any;
            break;
        }
        if (pid < 0 && pid != -EINTR)
            leave(126);
    }
    do {
        kill_rest(own_namespace);
    } while (sys(SYS_wait4, -1, 0, 0x40000000, 0, 0, 0) != -ECHILD);
    sys(SYS_getrusage, -1 /* RUSAGE_CHILDREN */, (u64)end.rusage, 0, 0, 0, 0);
    end.head.kind = REC_EXIT;
    end.head.op = 0;
    end.head.value = status;
    while (sys(SYS_write, STATUS, (u64)&end, sizeof end, 0, 0, 0) == -EINTR)
        ;
    leave(0);
}

static void wait_for_release(void) {
    u8 byte;
    i64 got;
    record(REC_READY, 0, 0);
    flush();
    do {
        got = sys(SYS_read, CONTROL, (u64)&byte, 1, 0, 0, 0);
    } while (got == -EINTR);
    if (got != 1)
        leave(125); /* the supervisor is gone, or thought better of it */
}

static void play(const struct op *ops, u32 count) {
    for (u32 i = 0; i < count; i++) {
        const struct op *op = &ops[i];
        u64 a[6];
        for (int n = 0; n < 6; n++)
            a[n] = op->loads >> n & 1 ? (u64)(i64) * (const i32 *)op->arg[n] : op->arg[n];
        i64 result = 0;
        switch (op->nr) {
        case OP_FORK:
            flush();
            result = sys(SYS_clone, a[0] | SIGCHLD, 0, 0, 0, 0, 0);
            if (result == 0) {
                i += op->skip;
                continue;
            }
            break;
        case OP_EXIT:
            flush();
            leave((int)a[0]);
            break;
        case OP_REAP:
            flush();
            reap((i32)a[0], (int)a[1]);
            break;
        case OP_WAIT:
            wait_for_release();
            continue;
        case OP_REPORT:
            record(REC_VALUE, (u32)a[0], (i64)a[1]);
            continue;
        default:
            for (u32 n = 0;; n++) {
                result = sys(op->nr, a[0], a[1] + n, a[2], a[3], a[4], a[5]);
                if (result < 0 || n + 1 >= op->count)
                    break;
            }
            if (result == -EINVAL && op->count > 1)
                result = 0; /* the end of the kernel's own range */
        }
        if (op->keep)
            *(i32 *)(BASE + op->keep) = (i32)result;
        if (op->failure == PROBE) {
            record(REC_PROBE, i, result);
        } else if (result < 0) {
            if (op->failure == FATAL)
                fail(i, result);
            if (op->failure == SOFT)
                record(REC_SOFT, i, -result);
            i += op->skip;
        }
    }
    leave(0);
}

__attribute__((noreturn, used)) void start(void) {
    i64 bytes = sys(SYS_lseek, TAPE, 0, 2 /* SEEK_END */, 0, 0, 0);
    /* PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED_NOREPLACE|MAP_POPULATE */
    i64 at = bytes < (i64)sizeof(struct header) ? -EPROTO : sys(SYS_mmap, BASE, bytes, 3, 0x108002, TAPE, 0);
    if (at != (i64)BASE)
        fail(0xFFFFFFFFu, at < 0 ? at : -EPROTO);
    const struct header *tape = (const struct header *)BASE;
    if (tape->magic != MAGIC || tape->bytes != bytes
        || sizeof *tape + (u64)tape->ops * sizeof(struct op) > (u64)bytes)
        fail(0xFFFFFFFFu, -EPROTO);
    sys(SYS_close, TAPE, 0, 0, 0, 0, 0);
    play((const struct op *)(tape + 1), tape->ops);
    leave(127);
    __builtin_unreachable();
}

__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tand $-16, %rsp\n\tcall start\n\thlt\n");
