/*
 * Loads a filter and then makes one call, or runs a program:
 *
 *   probe FILTER call NAME       prints "ok" or the errno's number
 *   probe FILTER exec PROG ARGS  becomes that program
 *
 * FILTER is a file with a struct sock_filter array, or "-" for none.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void die(const char *what)
{
	perror(what);
	exit(99);
}

static void load(const char *file)
{
	static struct sock_filter code[4096];
	struct sock_fprog program = { .filter = code };
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t bytes = fd < 0 ? -1 : read(fd, code, sizeof code);

	if (bytes <= 0)
		die(file);
	close(fd);
	program.len = bytes / sizeof code[0];
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die("no_new_privs");
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program))
		die("seccomp");
}

static long int80(long nr, long a, long b, long c)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(nr), "b"(a), "c"(b), "d"(c)
			 : "memory", "r8", "r9", "r10", "r11");
	if (result < 0) {
		errno = -result;
		return -1;
	}
	return result;
}

static int terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	int slave;

	if (master < 0 || grantpt(master) || unlockpt(master))
		die("pty");
	setsid();
	slave = open(ptsname(master), O_RDWR); /* becomes the controlling terminal */
	if (slave < 0)
		die("pty slave");
	return slave;
}

static int listener(struct sockaddr_in *address)
{
	socklen_t length = sizeof *address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	memset(address, 0, sizeof *address);
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)address, sizeof *address) || listen(fd, 5) ||
	    getsockname(fd, (struct sockaddr *)address, &length))
		die("listener");
	return fd;
}

static long fast_open(int how)
{
	struct sockaddr_in to;
	struct iovec data = { "hello", 5 };
	struct mmsghdr message = { .msg_hdr = { &to, sizeof to, &data, 1, NULL, 0, 0 } };
	int fd;

	listener(&to);
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (how == 0)
		return sendto(fd, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&to, sizeof to);
	if (how == 1)
		return sendmsg(fd, &message.msg_hdr, MSG_FASTOPEN);
	return sendmmsg(fd, &message, 1, MSG_FASTOPEN);
}

static long clone_with(unsigned long flags)
{
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return pid;
}

static long own_memory(void)
{
	char from = 'x', to = 0;
	struct iovec local = { &to, 1 }, remote = { &from, 1 };

	return syscall(SYS_process_vm_readv, getpid(), &local, 1L, &remote, 1L, 0L);
}

static long call(const char *name)
{
	int pair[2];
	char params[256] = { 0 };

#define CALL(n, expression) \
	if (!strcmp(name, n)) \
	return expression
	CALL("i386 socket", int80(359, AF_INET, SOCK_STREAM, 0));
	CALL("i386 getpid", int80(20, 0, 0, 0));
	CALL("x32 getpid", syscall(0x40000000 | SYS_getpid));
	CALL("nr -1", syscall(-1));
	CALL("nr 400", syscall(400));
	CALL("io_uring_setup", syscall(SYS_io_uring_setup, 1, params));
	CALL("io_uring_enter bad fd", syscall(SYS_io_uring_enter, -1, 0, 0, 0, 0, 0));
	CALL("TIOCSTI", ioctl(terminal(), TIOCSTI, "x"));
	CALL("TIOCSTI high bits", syscall(SYS_ioctl, terminal(), 0xdeadbeef00000000 | TIOCSTI, "x"));
	CALL("TIOCLINUX", ioctl(terminal(), TIOCLINUX, "\6"));
	CALL("TIOCSETD", ioctl(terminal(), TIOCSETD, pair));
	CALL("TCGETS", ioctl(terminal(), TCGETS, params));
	CALL("fork", clone_with(0));
	CALL("clone NEWUSER", clone_with(CLONE_NEWUSER));
	CALL("clone NEWNET", clone_with(CLONE_NEWNET));
	CALL("clone NEWNS high bits", clone_with(0xffffffff00000000 | CLONE_NEWNS));
	CALL("clone3 null", syscall(SYS_clone3, NULL, 0));
	CALL("unshare NEWUSER", unshare(CLONE_NEWUSER));
	CALL("unshare NEWNS", unshare(CLONE_NEWNS));
	CALL("unshare NEWTIME", unshare(0x80));
	CALL("unshare FILES", unshare(CLONE_FILES));
	CALL("socket unix", socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	CALL("socket tcp", socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
	CALL("socket udp6", socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0));
	CALL("socket route", socket(AF_NETLINK, SOCK_RAW, 0));
	CALL("socket audit", socket(AF_NETLINK, SOCK_RAW, 9));
	CALL("socket vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
	CALL("socket alg", socket(AF_ALG, SOCK_SEQPACKET, 0));
	CALL("socket packet", socket(AF_PACKET, SOCK_RAW, 0));
	CALL("socket inet packet", socket(AF_INET, SOCK_PACKET, htons(3)));
	CALL("socket raw", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	CALL("socket mptcp", socket(AF_INET, SOCK_STREAM, 262));
	CALL("socket udplite", socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE));
	CALL("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	CALL("sendto fast open", fast_open(0));
	CALL("sendmsg fast open", fast_open(1));
	CALL("sendmmsg fast open", fast_open(2));
	CALL("mount null", syscall(SYS_mount, 0L, 0L, 0L, 0L, 0L));
	CALL("umount2 null", syscall(SYS_umount2, 0L, 0L));
	CALL("open_tree bad fd", syscall(SYS_open_tree, -1, "x", 0));
	CALL("fsopen null", syscall(SYS_fsopen, 0L, 0L));
	CALL("move_mount bad fd", syscall(SYS_move_mount, -1, "x", -1, "x", 0));
	CALL("mount_setattr bad fd", syscall(SYS_mount_setattr, -1, "x", 0, params, 32L));
	CALL("setns bad fd", syscall(SYS_setns, -1, 0));
	CALL("pidfd_getfd bad fd", syscall(SYS_pidfd_getfd, -1, 0, 0));
	CALL("quotactl_fd bad fd", syscall(443, -1, 0, 0, 0));
	CALL("bpf null", syscall(SYS_bpf, -1, 0L, 0));
	CALL("perf_event_open null", syscall(SYS_perf_event_open, 0L, 0, -1, -1, 0L));
	CALL("userfaultfd", syscall(SYS_userfaultfd, 1 /* user mode only */));
	CALL("keyctl", syscall(SYS_keyctl, 0, -3, 0));
	CALL("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	CALL("process_vm_readv", own_memory());
	CALL("kcmp", syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 0));
	CALL("personality read", personality(0xffffffff));
	CALL("personality no aslr", personality(ADDR_NO_RANDOMIZE));
	CALL("prctl PR_SET_MM", prctl(PR_SET_MM, 15 /* MAP_SIZE, a question */, pair, 0, 0));
	CALL("landlock abi", syscall(SYS_landlock_create_ruleset, 0L, 0L, 1));
	CALL("chroot", chroot("/"));
	CALL("getuid", (long)getuid());
#undef CALL
	fprintf(stderr, "no call named %s\n", name);
	exit(98);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 97;
	if (strcmp(argv[1], "-"))
		load(argv[1]);
	if (!strcmp(argv[2], "exec")) {
		execvp(argv[3], argv + 3);
		die(argv[3]);
	}
	alarm(20);
	errno = 0;
	if (call(argv[3]) == -1)
		printf("%d\n", errno);
	else
		printf("ok\n");
	return 0;
}
