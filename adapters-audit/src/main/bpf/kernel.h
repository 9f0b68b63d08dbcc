/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What our programs need of the kernel: the helpers they call and the few members of its structures that they read.
 * Structures are declared with the members we use and nothing else; their offsets are not the kernel's. Every access is
 * recorded in the object (CO-RE) and set right by libbpf from /sys/kernel/btf/vmlinux when the object is loaded, so one
 * object fits every kernel, and a build needs neither kernel headers nor libbpf's.
 */
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;
typedef _Bool bool;

#define NULL ((void *)0)
#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))
#define PER_KERNEL __attribute__((preserve_access_index))

/* Helpers by number, as bpf(2) and linux/bpf.h have them. */
static void *(*const map_lookup)(void *map, const void *key) = (void *)1;
static long (*const map_update)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static long (*const map_delete)(void *map, const void *key) = (void *)3;
static u64 (*const now)(void) = (void *)5; /* CLOCK_MONOTONIC */
static u32 (*const this_cpu)(void) = (void *)8;
static u64 (*const current_ids)(void) = (void *)14; /* tgid << 32 | tid */
static u64 (*const current_cgroup)(void) = (void *)80;
static long (*const read_user)(void *to, u32 size, const void *from) = (void *)112;
static long (*const read_kernel)(void *to, u32 size, const void *from) = (void *)113;
static long (*const read_user_string)(void *to, u32 size, const void *from) = (void *)114;
static long (*const ring_output)(void *ring, void *data, u64 size, u64 flags) = (void *)130;
static u64 (*const ring_query)(void *ring, u64 what) = (void *)134;
static struct task_struct *(*const current_task)(void) = (void *)158;
static long (*const loop)(u32 times, void *step, void *context, u64 flags) = (void *)181;

#define BPF_MAP_TYPE_HASH 1
#define BPF_MAP_TYPE_ARRAY 2
#define BPF_MAP_TYPE_RINGBUF 27
#define BPF_F_NO_PREALLOC 1
#define BPF_RB_NO_WAKEUP 1
#define BPF_RB_FORCE_WAKEUP 2
#define BPF_RB_AVAIL_DATA 0

/* How libbpf is told of a map: the numbers are sizes of arrays that do not exist. */
#define MAP_NUMBER(name, value) int(*name)[value]
#define MAP_TYPE(name, type) type *name

/* Reads a member through a pointer that the verifier does not know the type of. */
#define READ(object, member)                                                                                           \
    ({                                                                                                                 \
        typeof((object)->member) value_;                                                                               \
        read_kernel(&value_, sizeof value_, __builtin_preserve_access_index(&(object)->member));                       \
        value_;                                                                                                        \
    })

/* Where a member is in this kernel's structure, in bytes. */
#define OFFSET(type, member) __builtin_preserve_field_info(((type *)0)->member, 0)

struct pid_namespace;

struct ns_common {
    u32 inum;
} PER_KERNEL;

struct pid_namespace {
    struct ns_common ns;
} PER_KERNEL;

struct upid {
    int nr;
    struct pid_namespace *ns;
} PER_KERNEL;

struct pid {
    u32 level;
    struct upid numbers[];
} PER_KERNEL;

struct qstr {
    u32 len;
    const u8 *name;
} PER_KERNEL;

struct inode {
    u16 i_mode;
    u64 i_ino;
} PER_KERNEL;

struct dentry {
    struct dentry *d_parent;
    struct qstr d_name;
    struct inode *d_inode;
} PER_KERNEL;

struct vfsmount {
    struct dentry *mnt_root;
} PER_KERNEL;

struct mount {
    struct mount *mnt_parent;
    struct dentry *mnt_mountpoint;
    struct vfsmount mnt;
    struct mnt_namespace *mnt_ns;
} PER_KERNEL;

struct path {
    struct vfsmount *mnt;
    struct dentry *dentry;
} PER_KERNEL;

struct fs_struct {
    struct path root;
    struct path pwd;
} PER_KERNEL;

struct file {
    u32 f_mode;
    u32 f_flags;
    struct path f_path;
    struct inode *f_inode;
    void *private_data;
} PER_KERNEL;

struct fdtable {
    u32 max_fds;
    struct file **fd;
} PER_KERNEL;

struct files_struct {
    struct fdtable *fdt;
} PER_KERNEL;

struct mm_struct {
    struct file *exe_file;
    unsigned long arg_start;
    unsigned long arg_end;
} PER_KERNEL;

struct linux_binprm {
    int argc;
} PER_KERNEL;


struct signal_struct {
    struct {
        int counter;
    } live;
    u32 flags;
    int group_exit_code;
} PER_KERNEL;

struct thread_info {
    u32 status;
} PER_KERNEL;

struct task_struct {
    struct thread_info thread_info;
    int pid;
    int tgid;
    int exit_code;
    struct task_struct *real_parent;
    struct task_struct *group_leader;
    struct pid *thread_pid;
    u64 start_boottime;
    struct mm_struct *mm;
    struct fs_struct *fs;
    struct files_struct *files;
    struct signal_struct *signal;
} PER_KERNEL;

struct pt_regs {
    unsigned long r10, r9, r8, ax, dx, si, di, orig_ax;
} PER_KERNEL;

struct in6_addr {
    u8 bytes[16];
};

struct sock_common {
    u32 skc_daddr;
    u32 skc_rcv_saddr;
    u16 skc_dport;
    u16 skc_num;
    u16 skc_family;
    struct in6_addr skc_v6_daddr;
    struct in6_addr skc_v6_rcv_saddr;
} PER_KERNEL;

struct sock {
    struct sock_common __sk_common;
    u16 sk_type;
    u16 sk_protocol;
} PER_KERNEL;

struct unix_address {
    int len;
} PER_KERNEL;

struct unix_sock {
    struct unix_address *addr;
    struct sock *peer;
} PER_KERNEL;

struct socket {
    short type;
    struct sock *sk;
} PER_KERNEL;
