/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Processes: how they begin, what they become, how they end. */
#pragma once
#include "build.h"

SECTION("tp_btf/sched_process_fork")
int on_fork(u64 *context)
{
    struct config *config = configuration();
    if (!config)
        return 0;
    struct task_struct *parent = (void *)context[0];
    struct task_struct *child = (void *)context[1];
    u32 process = child->tgid;
    if ((u32)child->pid != process)
        return 0; /* a thread */
    if (config->mode == BY_DESCENT) {
        if (!watched(parent, config))
            return 0;
        if (map_update(&followed, &process, &process, 0))
            COUNT(untracked);
    } else if (!watched(child, config)) {
        return 0;
    }
    struct scratch *out = begin(FORK, 0, 0);
    if (!out)
        return 0;
    out->head.detail = process;
    out->head.extra = child->start_boottime;
    out->head.more = child->real_parent->tgid;
    send();
    return 0;
}

SECTION("tp_btf/sched_process_exec")
int on_exec(u64 *context)
{
    struct config *config = configuration();
    if (!config)
        return 0;
    struct task_struct *task = current_task();
    if (!watched(task, config))
        return 0;
    struct linux_binprm *program = (void *)context[2];
    struct scratch *out = begin(EXEC, 0, 0);
    if (!out)
        return 0;
    struct mm_struct *memory = task->mm;
    add_file(0, memory->exe_file);
    struct fs_struct *fs = task->fs;
    add_path(1, (u64)READ(fs, pwd.mnt), (u64)READ(fs, pwd.dentry));
    /* The kernel has just put the arguments there, and the program has not run yet: nobody has touched them. */
    u64 from = memory->arg_start;
    u64 size = memory->arg_end - from;
    if (size > 0xffffffff)
        size = 0xffffffff;
    add_user_bytes(out, 2, (void *)from, size, ARGUMENTS_ROOM);
    out->head.detail = program->argc;
    send();
    return 0;
}

#define SIGNAL_GROUP_EXIT 4

SECTION("tp_btf/sched_process_exit")
int on_exit(u64 *context)
{
    struct config *config = configuration();
    if (!config)
        return 0;
    struct task_struct *task = (void *)context[0];
    if (!watched(task, config))
        return 0;
    u32 thread = task->pid;
    map_delete(&entered, &thread); /* killed in the middle of a call */
    struct signal_struct *signal = task->signal;
    if (signal->live.counter != 0)
        return 0; /* other threads go on; the last two may both come by, and the reader takes the first */
    struct scratch *out = begin(EXIT, 0, 0);
    if (out) {
        out->head.detail = signal->flags & SIGNAL_GROUP_EXIT ? signal->group_exit_code : task->group_leader->exit_code;
        send();
    }
    if (config->mode == BY_DESCENT) {
        u32 process = task->tgid;
        map_delete(&followed, &process);
    }
    return 0;
}
