/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Maps, who is watched, and how a record is put together. */
#pragma once
#include "record.h"

#define PATH_ROOM 4096u
#define ARGUMENTS_ROOM 65536u
#define WALK_ROOM 8192u
#define WALK_STEPS 5000u
#define NAME_ROOM 256u
#define BODY_ROOM 131072u
#define ADDRESS_ROOM 128u
#define WAKE_RANGE 8192u
#define LAST_POINTER 0xfffffffffffff000ull /* above are error numbers */

/*
 * Where a record is put together, one for each CPU. Too large for the stack (512 bytes) and for a per-cpu map (32 KiB),
 * so it is a plain array, as long as there are CPUs.
 *
 * Every offset is masked before it is used, because the verifier forgets what it knew of a number that went through
 * memory; behind the masked range there is room for one whole part.
 */
struct scratch {
    struct record head;
    u8 body[BODY_ROOM + ARGUMENTS_ROOM];
    u8 walk[WALK_ROOM + NAME_ROOM]; /* written from WALK_ROOM down: a walk goes from a file up to the root */
    u32 used; /* of body */
    u32 busy;
};

struct {
    MAP_NUMBER(type, BPF_MAP_TYPE_RINGBUF);
    MAP_NUMBER(max_entries, 16777216);
} events SECTION(".maps");

struct {
    MAP_NUMBER(type, BPF_MAP_TYPE_ARRAY);
    MAP_NUMBER(max_entries, 1); /* user space sets the number of CPUs */
    MAP_TYPE(key, u32);
    MAP_TYPE(value, struct scratch);
} scratches SECTION(".maps");

struct {
    MAP_NUMBER(type, BPF_MAP_TYPE_ARRAY);
    MAP_NUMBER(max_entries, 1); /* user space sets the number of CPUs */
    MAP_TYPE(key, u32);
    MAP_TYPE(value, struct counters);
} counts SECTION(".maps");

struct {
    MAP_NUMBER(type, BPF_MAP_TYPE_ARRAY);
    MAP_NUMBER(max_entries, 1);
    MAP_TYPE(key, u32);
    MAP_TYPE(value, struct config);
} settings SECTION(".maps");

/* BY_DESCENT: the processes (tgid) that come from the command. */
struct {
    MAP_NUMBER(type, BPF_MAP_TYPE_HASH);
    MAP_NUMBER(map_flags, BPF_F_NO_PREALLOC);
    MAP_NUMBER(max_entries, 65536);
    MAP_TYPE(key, u32);
    MAP_TYPE(value, u32);
} followed SECTION(".maps");

/* Threads inside a call that seccomp may refuse. A refused call never gets as far as sys_enter. */
struct {
    MAP_NUMBER(type, BPF_MAP_TYPE_HASH);
    MAP_NUMBER(map_flags, BPF_F_NO_PREALLOC);
    MAP_NUMBER(max_entries, 65536);
    MAP_TYPE(key, u32);
    MAP_TYPE(value, u32);
} entered SECTION(".maps");

INLINE struct config *configuration(void)
{
    u32 first = 0;
    return map_lookup(&settings, &first);
}

INLINE struct counters *counters(void)
{
    u32 cpu = this_cpu();
    return map_lookup(&counts, &cpu);
}

#define COUNT(name)                                                                                                    \
    do {                                                                                                               \
        struct counters *counters_ = counters();                                                                       \
        if (counters_)                                                                                                 \
            counters_->name++;                                                                                         \
    } while (0)

/*
 * Whether a task is in the payload's pid namespace or in one below, and is not process 1 of it, which is our own init.
 * Tasks outside must leave here at once. The namespace's depth is not known beforehand (the supervisor may itself be in
 * a container), so the levels are looked through; the verifier wants them as constants.
 */
INLINE bool in_namespace(struct task_struct *task, u32 namespace)
{
    struct pid *pid = task->thread_pid;
    if (!pid)
        return 0;
    u32 level = pid->level;
#define AT_LEVEL(n)                                                                                                    \
    if (level < n)                                                                                                     \
        return 0;                                                                                                      \
    if (pid->numbers[n].ns->ns.inum == namespace)                                                                      \
        return pid->numbers[n].nr != 1;
    AT_LEVEL(1)
    AT_LEVEL(2)
    AT_LEVEL(3)
    AT_LEVEL(4)
    AT_LEVEL(5)
    AT_LEVEL(6)
    AT_LEVEL(7)
    AT_LEVEL(8)
#undef AT_LEVEL
    return 0;
}

INLINE bool watched(struct task_struct *task, struct config *config)
{
    if (config->mode == IN_NAMESPACE)
        return in_namespace(task, config->namespace);
    if (config->mode != BY_DESCENT)
        return 0;
    u32 process = task->tgid;
    return map_lookup(&followed, &process) != NULL;
}

INLINE void count_lost(u32 kind)
{
    struct counters *counters_ = counters();
    if (counters_ && kind < KINDS)
        counters_->lost[kind]++;
}

/*
 * From here on there are functions that are not static: the verifier looks at such a function once, and not again at
 * every call, which made loading four times as slow. It knows nothing of their arguments, so these are plain numbers
 * (a pointer becomes one by being read with read_kernel), and each function looks up for itself what it works on.
 */
#define ONCE __attribute__((noinline))

INLINE struct scratch *scratch(void)
{
    u32 cpu = this_cpu();
    return map_lookup(&scratches, &cpu);
}

/* Begins a record about the current task; 0 when this CPU is in the middle of one, which is counted as a loss. */
ONCE int start(u32 kind, u32 call, s32 error)
{
    struct scratch *out = scratch();
    if (!out)
        return 0;
    if (__sync_lock_test_and_set(&out->busy, 1)) {
        count_lost(kind);
        return 0;
    }
    struct task_struct *task = current_task();
    struct task_struct *leader = task->group_leader;
    out->head.kind = kind;
    out->head.flags = 0;
    out->head.error = error;
    out->head.time = now();
    out->head.start = leader->start_boottime;
    out->head.cgroup = current_cgroup();
    out->head.process = task->tgid;
    out->head.thread = task->pid;
    out->head.parent = leader->real_parent->tgid;
    out->head.call = call;
    out->head.detail = 0;
    out->head.more = 0;
    out->head.extra = 0;
    out->head.length[0] = 0;
    out->head.length[1] = 0;
    out->head.length[2] = 0;
    out->head.length[3] = 0;
    out->used = 0;
    return 1;
}

INLINE struct scratch *begin(u32 kind, u32 call, s32 error)
{
    return start(kind, call, error) ? scratch() : NULL;
}

/* Sends what was put together. */
ONCE int send(void)
{
    struct scratch *out = scratch();
    struct config *config = configuration();
    struct counters *counters_ = counters();
    if (!out || !config || !counters_)
        return 0;
    u32 kind = out->head.kind;
    if (kind >= KINDS)
        return 0;
    /*
     * Waking the reader for every record would take the CPU from those who are watched. It looks by itself every few
     * milliseconds; only when a good part of the ring is full it is woken, by the records that cross that line.
     */
    u64 waiting = ring_query(&events, BPF_RB_AVAIL_DATA);
    u64 flags = waiting - config->wake < WAKE_RANGE ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
    u64 size = sizeof(struct record) + (out->used & (BODY_ROOM - 1));
    if (ring_output(&events, out, size, flags)) {
        counters_->lost[kind]++;
    } else {
        counters_->sent[kind]++;
        if (out->head.flags & CUT)
            counters_->truncated++;
    }
    __sync_lock_test_and_set(&out->busy, 0);
    return 0;
}

/* Adds bytes of the caller's memory as a part. */
INLINE void add_user_bytes(struct scratch *out, u32 part, const void *from, u32 size, u32 most)
{
    u32 used = out->used & (BODY_ROOM - 1);
    if (size > most) {
        size = most;
        out->head.flags |= CUT;
    }
    size &= 2 * most - 1; /* for the verifier; most is a power of two */
    if (size > most)
        size = most;
    if (read_user(&out->body[used], size, from)) {
        out->head.flags |= UNREADABLE;
        return;
    }
    out->head.length[part] = size;
    out->used = used + size;
}

/* Adds a C string of the caller's memory as a part, without its NUL. */
ONCE int add_user_name(u32 part, u64 from)
{
    struct scratch *out = scratch();
    if (!out || !from)
        return 0; /* utimensat and others take NULL: the directory itself is meant */
    u32 used = out->used & (BODY_ROOM - 1);
    long size = read_user_string(&out->body[used], PATH_ROOM + 1, (void *)from);
    if (size <= 0) {
        out->head.flags |= UNREADABLE;
        return 0;
    }
    if (size > PATH_ROOM)
        out->head.flags |= CUT; /* the kernel takes no longer one, so this is what it refused */
    size--;
    out->head.length[part & (PARTS - 1)] = size;
    out->used = used + (size & (2 * PATH_ROOM - 1));
    return 0;
}

/* A walk from a file up to the root of all that is mounted. */
struct walk {
    struct scratch *out;
    struct dentry *dentry;
    struct mount *mount;
    struct dentry *root; /* of mount */
    u32 at;
    u32 flags;
};

/* What a step needs of a dentry. It lies together in the kernel's: one read instead of three, at every step. */
struct step {
    struct dentry *parent;
    u32 hash;
    u32 length;
    const u8 *name;
};

static long up(u64 index, struct walk *walk)
{
    struct dentry *dentry = walk->dentry;
    if (dentry == walk->root) {
        struct mount *mount = walk->mount;
        struct mount *parent = READ(mount, mnt_parent);
        if (parent == mount) {
            /* The top. A mount of the kernel's own (pipes, memfds) or one that was taken away has no namespace. */
            u64 namespace = (u64)READ(mount, mnt_ns);
            walk->flags = !namespace || namespace > LAST_POINTER ? UNREACHABLE : 0;
            return 1;
        }
        walk->dentry = READ(mount, mnt_mountpoint);
        walk->mount = parent;
        walk->root = READ(parent, mnt.mnt_root);
        return 0;
    }
    struct step step;
    if (OFFSET(struct dentry, d_name) == OFFSET(struct dentry, d_parent) + 8 && OFFSET(struct qstr, len) == 4 &&
        OFFSET(struct qstr, name) == 8) {
        read_kernel(&step, sizeof step, __builtin_preserve_access_index(&dentry->d_parent));
    } else {
        step.parent = READ(dentry, d_parent);
        step.length = READ(dentry, d_name.len);
        step.name = READ(dentry, d_name.name);
    }
    u32 length = step.length;
    if (length >= NAME_ROOM || length + 1 > walk->at)
        return 1; /* flags still say CUT */
    u32 at = walk->at - length - 1;
    walk->at = at;
    at &= WALK_ROOM - 1;
    walk->out->walk[at] = '/';
    read_kernel(&walk->out->walk[at + 1], length & (NAME_ROOM - 1), step.name);
    if (step.parent == dentry) { /* stands alone: a memfd, or a file system that is mounted nowhere */
        walk->flags = UNREACHABLE;
        return 1;
    }
    walk->dentry = step.parent;
    return 0;
}

/*
 * Adds the path of an open file or directory as a part: from the kernel's own objects, so nobody can falsify it. Begins
 * at the root of the mount namespace, also for a process in a chroot. The root itself is an empty part.
 */
ONCE int add_path(u32 part, u64 mount, u64 dentry)
{
    struct scratch *out = scratch();
    if (!out)
        return 0;
    struct mount *first = (struct mount *)(mount - OFFSET(struct mount, mnt));
    struct walk walk = {
        .out = out,
        .dentry = (struct dentry *)dentry,
        .mount = first,
        .root = READ(first, mnt.mnt_root),
        .at = WALK_ROOM,
        .flags = CUT,
    };
    loop(WALK_STEPS, up, &walk, 0);
    u32 at = walk.at;
    u32 size = (WALK_ROOM - at) & (2 * WALK_ROOM - 1);
    u32 used = out->used & (BODY_ROOM - 1);
    if (size)
        read_kernel(&out->body[used], size, &out->walk[at & (WALK_ROOM - 1)]);
    out->head.flags |= walk.flags;
    out->head.length[part & (PARTS - 1)] = size;
    out->used = used + size;
    return 0;
}

/* The open file behind a descriptor of the current task; NULL when there is none. */
INLINE struct file *file_of(struct task_struct *task, u32 descriptor)
{
    struct fdtable *table = task->files->fdt;
    if (descriptor >= table->max_fds)
        return NULL;
    struct file **place = table->fd + descriptor;
    struct file *file = NULL;
    read_kernel(&file, sizeof file, place);
    return file;
}

INLINE void add_file(u32 part, struct file *file)
{
    add_path(part, (u64)READ(file, f_path.mnt), (u64)READ(file, f_path.dentry));
}

#define AT_FDCWD -100

/* Adds what a name is relative to: the root, the working directory, or an open directory. */
ONCE int add_directory(u32 part, s32 directory, u64 name)
{
    struct task_struct *task = current_task();
    struct fs_struct *fs = task->fs;
    char first = 0;
    if (name)
        read_user(&first, 1, (void *)name);
    if (first == '/') {
        add_path(part, (u64)READ(fs, root.mnt), (u64)READ(fs, root.dentry));
        return 0;
    }
    if (directory == AT_FDCWD) {
        add_path(part, (u64)READ(fs, pwd.mnt), (u64)READ(fs, pwd.dentry));
        return 0;
    }
    struct file *file = file_of(task, directory);
    if (file) {
        add_file(part, file);
        return 0;
    }
    struct scratch *out = scratch();
    if (out)
        out->head.flags |= UNREACHABLE;
    return 0;
}
