/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The ebpf sensor's programs: what a sandboxed process did, as the kernel itself knows it when a call has ended.
 *
 * System calls are looked at when they end. By then the kernel has done what it was asked, its own objects say to which
 * file it was done, and the pages that the caller's names are in are present (at the beginning they often are not, and a
 * program here cannot wait for them). The registers still hold the arguments.
 */
#include "process.h"
#include "calls.h"
#include "network.h"

#define EPERM 1
#define ENOENT 2
#define ENOTDIR 20
#define ENOSYS 38
#define CLONE3 435
#define OPENAT2 437
#define TS_COMPAT 2
#define FMODE_PATH 0x4000

/* Tells what was opened; 0 when another thread has closed the descriptor already, so that no object says what it was. */
INLINE bool on_open(struct task_struct *task, u32 call, u32 descriptor)
{
    struct file *file = file_of(task, descriptor);
    if (!file)
        return 0;
    u32 mode = READ(file, f_mode);
    if (mode & FMODE_PATH) {
        COUNT(by_path_only);
        return 1;
    }
    struct scratch *out = begin(OPEN, call, 0);
    if (!out)
        return 1; /* counted */
    out->head.detail = mode;
    struct inode *inode = READ(file, f_inode);
    out->head.extra = (u64)READ(inode, i_mode) << 32 | READ(file, f_flags);
    add_file(0, file);
    send();
    return 1;
}

INLINE void on_names(struct pt_regs *registers, u32 number, const volatile struct call *call, s32 error)
{
    bool two = call->action == RENAMES || call->action == SYMLINKS;
    struct scratch *out = begin(two ? TWO : NAMED, number, error);
    if (!out)
        return;
    u64 flags = argument(registers, call->flags);
    if (number == OPENAT2)
        read_user(&flags, sizeof flags, (void *)flags); /* struct open_how begins with them */
    out->head.detail = flags;
    s32 directory = call->directory ? argument(registers, call->directory) : AT_FDCWD;
    u64 name = call->name ? argument(registers, call->name) : 0;
    add_directory(0, directory, name);
    add_user_name(1, name);
    if (two) {
        directory = call->directory2 ? argument(registers, call->directory2) : AT_FDCWD;
        name = argument(registers, call->name2);
        if (call->action == RENAMES)
            add_directory(2, directory, name);
        add_user_name(3, name);
    }
    send();
}

/* A call that never began: a filter answered it. */
INLINE bool refused(struct task_struct *task, struct pt_regs *registers, u32 number, s64 result)
{
    u32 thread = task->pid;
    if (map_lookup(&entered, &thread)) {
        map_delete(&entered, &thread);
        return 0;
    }
    if (result >= 0)
        return 0; /* a child's first return from clone */
    if (number == CLONE3 && result == -ENOSYS) {
        COUNT(fallback);
        return 1;
    }
    struct scratch *out = begin(REFUSED, number, -result);
    if (out) {
        out->head.detail = registers->di;
        out->head.extra = registers->si;
        send();
    }
    return 1;
}

SECTION("tp_btf/sys_enter")
int on_enter(u64 *context)
{
    u64 number = context[1];
    if (number >= CALLS || !calls[number].marked)
        return 0;
    struct config *config = configuration();
    struct task_struct *task = current_task();
    if (!config || !watched(task, config))
        return 0;
    u32 thread = task->pid;
    u32 call = number;
    map_update(&entered, &thread, &call, 0);
    return 0;
}

SECTION("tp_btf/sys_exit")
int on_leave(u64 *context)
{
    struct pt_regs *registers = (void *)context[0];
    s64 result = context[1];
    u64 number = registers->orig_ax;
    struct task_struct *task = current_task();
    bool foreign = task->thread_info.status & TS_COMPAT || (number >> 30 == 1 && result != -ENOSYS);
    if (!foreign && number >= CALLS)
        return 0;
    const volatile struct call *call = &calls[number & (CALLS - 1)];
    u8 action = call->action;
    if (!foreign && action == IGNORE && !call->marked)
        return 0;
    struct config *config = configuration();
    if (!config || !watched(task, config))
        return 0;
    if (foreign) {
        COUNT(foreign); /* i386 and x32 have other numbers: nothing of the table is right for them */
        return 0;
    }
    if (call->marked && refused(task, registers, number, result))
        return 0;
    s32 error = result < 0 ? -result : 0;
    switch (action) {
    case OPENS:
        if (!error && on_open(task, number, result))
            return 0;
        break; /* told by its name */
    case EXECUTES:
        if (!error)
            return 0;
        break;
    case NAMES:
    case RENAMES:
    case SYMLINKS:
    case USES:
        break;
    case CONNECTS:
    case BINDS:
    case ACCEPTS:
    case SENDS_TO:
    case SENDS:
    case SENDS_MANY:
        on_socket(task, registers, number, action, result);
        return 0;
    case CALLS_ONLY: {
        struct scratch *out = begin(CALLED, number, error);
        if (out)
            send();
        return 0;
    }
    default:
        return 0;
    }
    if (error == ENOENT || error == ENOTDIR) {
        COUNT(absent);
        return 0;
    }
    on_names(registers, number, call, error);
    return 0;
}

/* The helpers that read kernel memory are for programs under a licence that goes with the kernel's. */
char LICENSE[] SECTION("license") = "GPL";
