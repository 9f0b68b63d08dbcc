/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The records that go through the ring. RecordReader.java reads them: change both or neither. All numbers are
 * little-endian, as the machine's are.
 */
#pragma once
#include "kernel.h"

enum kind {
    FORK = 1,    /* detail: the child; extra: its start */
    EXEC = 2,    /* parts: executable, working directory, arguments (each ends with NUL); detail: their number */
    EXIT = 3,    /* detail: the status as wait(2) has it */
    OPEN = 4,    /* parts: what was opened; detail: f_mode; extra: i_mode << 32 | f_flags */
    NAMED = 5,   /* parts: directory, name; detail: the call's flags */
    TWO = 6,     /* parts: directory, name, second directory (none: the second is text), second name; detail: flags */
    SOCKET = 7,  /* parts: the address, a C structure, and what a relative one is relative to; detail: family << 16 | protocol; extra: type */
    REFUSED = 8, /* seccomp answered the call; detail and extra: its first two arguments */
    CALLED = 9,  /* the call is an event by itself */
    KINDS = 10
};

/* Flags of a record. */
#define CUT 1         /* a part is not whole */
#define UNREACHABLE 2 /* a path does not begin at a root: what it names is mounted nowhere */
#define UNREADABLE 4  /* a name or address could not be read from the caller's memory */

#define PARTS 4

/* 80 bytes; then the parts, one after the other without padding. */
struct record {
    u16 kind;
    u16 flags;
    s32 error; /* errno, 0 when the call worked */
    u64 time;  /* CLOCK_MONOTONIC, nanoseconds */
    u64 start; /* when the process began, nanoseconds since boot */
    u64 cgroup;
    u32 process; /* as the first pid namespace numbers it */
    u32 thread;
    u32 parent;
    u32 call; /* system call number */
    u32 detail;
    u32 more; /* FORK: the child's parent, which is not the caller with CLONE_PARENT */
    u64 extra;
    u32 length[PARTS];
};

/* What is counted and not told one by one; each CPU has its own. EbpfCounters.java reads them. */
struct counters {
    u64 sent[KINDS];  /* records in the ring, by kind */
    u64 lost[KINDS];  /* records that found no room, by kind */
    u64 absent;       /* opens and changes of names that are not there */
    u64 truncated;    /* records with a part that was cut */
    u64 by_path_only; /* O_PATH: neither read nor written */
    u64 foreign;      /* 32-bit system calls: not decoded */
    u64 fallback;     /* clone3 that seccomp answered with ENOSYS so that the C library takes clone */
    u64 untracked;    /* processes that found the table of followed processes full */
};

/* What user space says. */
struct config {
    u32 mode;
    u32 namespace; /* IN_NAMESPACE: inode number of the payload's pid namespace */
    u64 wake;      /* bytes in the ring at which a sleeping reader is woken */
};

#define IN_NAMESPACE 1
#define BY_DESCENT 2
