/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Which system calls matter, and which of their arguments say what: one table instead of a branch for each. */
#pragma once
#include "build.h"

#define CALLS 512

enum action {
    IGNORE = 0,
    OPENS,     /* gives a descriptor of a file */
    EXECUTES,  /* only failures: sched_process_exec tells of the others */
    NAMES,     /* something is done to one name */
    RENAMES,   /* to two */
    SYMLINKS,  /* to one, and name2 is text */
    USES,      /* to an open file */
    CONNECTS,
    BINDS,
    ACCEPTS,
    SENDS_TO,
    SENDS,
    SENDS_MANY,
    CALLS_ONLY
};

/* Arguments are numbered from 1; 0 is none, and as a directory the working directory. */
struct call {
    u8 action;
    u8 directory;
    u8 name;
    u8 directory2;
    u8 name2;
    u8 flags;
    u8 marked; /* a seccomp filter may refuse it, so sys_enter takes note of it */
    u8 pad;
};

#define AT(number, ...) [number] = {__VA_ARGS__}
#define REFUSABLE(number) [number] = {.marked = 1}

const volatile struct call calls[CALLS] = {
    /* open, creat, openat, open_by_handle_at, openat2 */
    AT(2, OPENS, .name = 1, .flags = 2),
    AT(85, OPENS, .name = 1),
    AT(257, OPENS, .directory = 1, .name = 2, .flags = 3),
    AT(304, OPENS, .directory = 1, .flags = 3, .marked = 1),
    AT(437, OPENS, .directory = 1, .name = 2, .flags = 3),
    /* execve, execveat */
    AT(59, EXECUTES, .name = 1),
    AT(322, EXECUTES, .directory = 1, .name = 2),
    /* mkdir, mkdirat, rmdir, unlink, unlinkat */
    AT(83, NAMES, .name = 1),
    AT(258, NAMES, .directory = 1, .name = 2),
    AT(84, NAMES, .name = 1),
    AT(87, NAMES, .name = 1),
    AT(263, NAMES, .directory = 1, .name = 2, .flags = 3),
    /* symlink, symlinkat */
    AT(88, SYMLINKS, .name = 2, .name2 = 1),
    AT(266, SYMLINKS, .directory = 2, .name = 3, .name2 = 1),
    /* mknod, mknodat */
    AT(133, NAMES, .name = 1, .flags = 2),
    AT(259, NAMES, .directory = 1, .name = 2, .flags = 3),
    /* rename, renameat, renameat2, link, linkat */
    AT(82, RENAMES, .name = 1, .name2 = 2),
    AT(264, RENAMES, .directory = 1, .name = 2, .directory2 = 3, .name2 = 4),
    AT(316, RENAMES, .directory = 1, .name = 2, .directory2 = 3, .name2 = 4, .flags = 5),
    AT(86, RENAMES, .name = 1, .name2 = 2),
    AT(265, RENAMES, .directory = 1, .name = 2, .directory2 = 3, .name2 = 4, .flags = 5),
    /* truncate, ftruncate */
    AT(76, NAMES, .name = 1),
    AT(77, USES, .directory = 1),
    /* chmod, fchmod, fchmodat, fchmodat2 */
    AT(90, NAMES, .name = 1),
    AT(91, USES, .directory = 1),
    AT(268, NAMES, .directory = 1, .name = 2),
    AT(452, NAMES, .directory = 1, .name = 2, .flags = 4),
    /* chown, fchown, lchown, fchownat */
    AT(92, NAMES, .name = 1),
    AT(93, USES, .directory = 1),
    AT(94, NAMES, .name = 1),
    AT(260, NAMES, .directory = 1, .name = 2, .flags = 5),
    /* utime, utimes, futimesat, utimensat */
    AT(132, NAMES, .name = 1),
    AT(235, NAMES, .name = 1),
    AT(261, NAMES, .directory = 1, .name = 2),
    AT(280, NAMES, .directory = 1, .name = 2, .flags = 4),
    /* setxattr, lsetxattr, fsetxattr, removexattr, lremovexattr, fremovexattr, setxattrat, removexattrat, file_setattr */
    AT(188, NAMES, .name = 1),
    AT(189, NAMES, .name = 1),
    AT(190, USES, .directory = 1),
    AT(197, NAMES, .name = 1),
    AT(198, NAMES, .name = 1),
    AT(199, USES, .directory = 1),
    AT(463, NAMES, .directory = 1, .name = 2, .flags = 3),
    AT(466, NAMES, .directory = 1, .name = 2, .flags = 3),
    AT(469, NAMES, .directory = 1, .name = 2, .flags = 5),
    /* connect, bind, accept, accept4, sendto, sendmsg, sendmmsg */
    AT(42, CONNECTS, .directory = 1),
    AT(49, BINDS, .directory = 1),
    AT(43, ACCEPTS),
    AT(288, ACCEPTS),
    AT(44, SENDS_TO, .directory = 1, .marked = 1),
    AT(46, SENDS, .directory = 1, .marked = 1),
    AT(307, SENDS_MANY, .directory = 1, .marked = 1),
    /* io_uring_setup: what goes through the ring is not seen, so that there is one must be */
    AT(425, CALLS_ONLY, .marked = 1),
    /*
     * What the filters of our profiles may refuse besides (denied.tsv and arguments.tsv of adapters-linux; a test
     * compares): ioctl, socket, socketpair, clone and so on.
     */
    REFUSABLE(16),  REFUSABLE(41),  REFUSABLE(53),  REFUSABLE(56),  REFUSABLE(101), REFUSABLE(103), REFUSABLE(134),
    REFUSABLE(135), REFUSABLE(153), REFUSABLE(154), REFUSABLE(155), REFUSABLE(156), REFUSABLE(157), REFUSABLE(159),
    REFUSABLE(163), REFUSABLE(164), REFUSABLE(165), REFUSABLE(166), REFUSABLE(167), REFUSABLE(168), REFUSABLE(169),
    REFUSABLE(170), REFUSABLE(171), REFUSABLE(172), REFUSABLE(173), REFUSABLE(174), REFUSABLE(175), REFUSABLE(176),
    REFUSABLE(177), REFUSABLE(178), REFUSABLE(179), REFUSABLE(180), REFUSABLE(181), REFUSABLE(182), REFUSABLE(183),
    REFUSABLE(184), REFUSABLE(185), REFUSABLE(205), REFUSABLE(211), REFUSABLE(212), REFUSABLE(214), REFUSABLE(215),
    REFUSABLE(227), REFUSABLE(236), REFUSABLE(246), REFUSABLE(248), REFUSABLE(249), REFUSABLE(250), REFUSABLE(256),
    REFUSABLE(272), REFUSABLE(279), REFUSABLE(298), REFUSABLE(300), REFUSABLE(301), REFUSABLE(303), REFUSABLE(305),
    REFUSABLE(308), REFUSABLE(310), REFUSABLE(311), REFUSABLE(312), REFUSABLE(313), REFUSABLE(320), REFUSABLE(321),
    REFUSABLE(323), REFUSABLE(426), REFUSABLE(427), REFUSABLE(428), REFUSABLE(429), REFUSABLE(430), REFUSABLE(431),
    REFUSABLE(432), REFUSABLE(433), REFUSABLE(435), REFUSABLE(438), REFUSABLE(440), REFUSABLE(442), REFUSABLE(443),
    REFUSABLE(467),
};

/* An argument of the call by its number. */
INLINE u64 argument(struct pt_regs *registers, u8 number)
{
    switch (number) {
    case 1:
        return registers->di;
    case 2:
        return registers->si;
    case 3:
        return registers->dx;
    case 4:
        return registers->r10;
    case 5:
        return registers->r8;
    case 6:
        return registers->r9;
    default:
        return 0;
    }
}
