/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything Gleisner asks of the kernel and of the C library, as one translation unit for jextract.
 *
 * <linux/...>, <asm/...> and <asm-generic/...> are the vendored kernel headers below headers/, which come
 * first on the include path; only <spawn.h>, <sys/socket.h> and <dirent.h> are the C library's own.
 * What of all this becomes Java is listed in linux.args.
 */
#ifndef GLEISNER_LINUX_H
#define GLEISNER_LINUX_H

/* The kernel's sigset_t is 8 bytes, the C library's 128, and posix_spawn wants the latter: keep both. */
#define sigset_t kernel_sigset_t
#include <linux/signal.h>
#undef sigset_t

#include <dirent.h>
#include <spawn.h>
#include <sys/socket.h>

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/inotify.h>
#include <linux/landlock.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <linux/mman.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <linux/nsfs.h>
#include <linux/openat2.h>
#include <linux/pidfd.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/sched/types.h> /* for the <sched.h> of glibc 2.41 and newer, which reads it */
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <linux/signalfd.h>
#include <linux/sockios.h>
#include <linux/stat.h>
#include <linux/termios.h>
#include <linux/time_types.h>
#include <linux/un.h>
#include <linux/wait.h>
#include <asm/unistd_64.h>

/*
 * syscall(2) with a fixed shape. The C library declares it variadic, which would need one Java method
 * handle for each arity; the asm label binds this name to the same symbol. Every argument is passed as
 * a long, pointers too, so that one cold link (tens of milliseconds) serves every system call.
 */
long sys6(long number, long a, long b, long c, long d, long e, long f) __asm__("syscall");

/*
 * What waitid(2) writes for a child: siginfo_t with only the arm for SIGCHLD, since the whole union is
 * 2,000 lines of Java.
 */
struct child_info {
	int signo;
	int error;
	int code; /* CLD_EXITED, CLD_KILLED, CLD_DUMPED */
	int reserved;
	int pid;
	unsigned int uid;
	int status; /* exit status, or the signal's number */
	int reserved2[25];
};
_Static_assert(sizeof(struct child_info) == sizeof(siginfo_t), "siginfo_t");
_Static_assert(__builtin_offsetof(struct child_info, code) == __builtin_offsetof(siginfo_t, si_code), "si_code");
_Static_assert(__builtin_offsetof(struct child_info, pid) == __builtin_offsetof(siginfo_t, _sifields._sigchld._pid), "si_pid");
_Static_assert(__builtin_offsetof(struct child_info, uid) == __builtin_offsetof(siginfo_t, _sifields._sigchld._uid), "si_uid");
_Static_assert(__builtin_offsetof(struct child_info, status) == __builtin_offsetof(siginfo_t, _sifields._sigchld._status), "si_status");

/* From <signal.h>, which cannot be included beside <linux/signal.h>. */
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int signal);

#endif
