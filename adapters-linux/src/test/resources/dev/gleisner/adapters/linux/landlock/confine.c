/* Applies a Landlock plan as the tape does, byte for byte, and becomes a program or makes one attempt.
 *
 * confine PLAN COMMAND...           PLAN is a file of lines, or "-" for no confinement (the twin)
 * confine PLAN :attempt ARGUMENT    prints "ok" or the error's name
 *
 * Lines: "ruleset HEX", "path HEX NAME" (parent_fd is filled in), "fd HEX", "port HEX", "restrict FLAGS".
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

static size_t unhex(const char *text, unsigned char *bytes)
{
	size_t n = 0;
	unsigned int value;

	while (sscanf(text + 2 * n, "%2x", &value) == 1)
		bytes[n++] = value;
	return n;
}

static void die(const char *what, const char *which)
{
	fprintf(stderr, "confine: %s %s: %s\n", what, which, strerror(errno));
	exit(111);
}

static void apply(const char *plan)
{
	FILE *file = fopen(plan, "r");
	char line[9000], word[16], hex[256], name[8192];
	unsigned char bytes[128];
	int ruleset = -1;

	if (!file)
		die("open", plan);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		die("no_new_privs", "");
	while (fgets(line, sizeof(line), file)) {
		name[0] = 0;
		if (sscanf(line, "%15s %255s %8191[^\n]", word, hex, name) < 2)
			die("parse", line);
		if (!strcmp(word, "ruleset")) {
			size_t size = unhex(hex, bytes);
			ruleset = syscall(444, bytes, size, 0);
			if (ruleset < 0)
				die("create_ruleset", hex);
		} else if (!strcmp(word, "path")) {
			int fd = open(name, O_PATH | O_CLOEXEC);
			if (fd < 0)
				die("open", name);
			unhex(hex, bytes);
			memcpy(bytes + 8, &fd, 4);
			if (syscall(445, ruleset, 1, bytes, 0))
				die("rule for", name);
			close(fd);
		} else if (!strcmp(word, "fd")) {
			unhex(hex, bytes);
			if (syscall(445, ruleset, 1, bytes, 0))
				die("rule for descriptor", hex);
		} else if (!strcmp(word, "port")) {
			unhex(hex, bytes);
			if (syscall(445, ruleset, 2, bytes, 0))
				die("rule for port", hex);
		} else if (!strcmp(word, "restrict")) {
			if (syscall(446, ruleset, atoi(hex)))
				die("restrict_self", hex);
		} else {
			errno = EINVAL;
			die("parse", line);
		}
	}
	fclose(file);
	close(ruleset);
}

static int attempt(const char *what, const char *arg)
{
	if (!strcmp(what, ":read"))
		return open(arg, O_RDONLY) < 0 ? errno : 0;
	if (!strcmp(what, ":write"))
		return open(arg, O_WRONLY) < 0 ? errno : 0;
	if (!strcmp(what, ":list"))
		return open(arg, O_RDONLY | O_DIRECTORY) < 0 ? errno : 0;
	if (!strcmp(what, ":create"))
		return open(arg, O_WRONLY | O_CREAT | O_EXCL, 0600) < 0 ? errno : 0;
	if (!strcmp(what, ":truncate"))
		return truncate(arg, 0) < 0 ? errno : 0;
	if (!strcmp(what, ":unlink"))
		return unlink(arg) < 0 ? errno : 0;
	if (!strcmp(what, ":mkfifo"))
		return mkfifo(arg, 0600) < 0 ? errno : 0;
	if (!strcmp(what, ":mknod"))
		return mknod(arg, S_IFCHR | 0600, makedev(1, 3)) < 0 ? errno : 0;
	if (!strcmp(what, ":exec")) {
		execl(arg, arg, (char *)0);
		return errno;
	}
	if (!strcmp(what, ":rename")) { /* FROM>TO */
		char *from = strdup(arg), *to = strchr(from, '>');
		*to++ = 0;
		return rename(from, to) < 0 ? errno : 0;
	}
	if (!strcmp(what, ":signal"))
		return kill(atoi(arg), 0) < 0 ? errno : 0;
	if (!strcmp(what, ":tty")) {
		char termios[64];
		int fd = open(arg, O_RDWR | O_NOCTTY);
		return fd < 0 || ioctl(fd, 0x5401, termios) < 0 ? errno : 0;
	}
	if (!strcmp(what, ":abstract")) {
		struct sockaddr_un to = {.sun_family = AF_UNIX};
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		memcpy(to.sun_path + 1, arg, strlen(arg));
		return connect(fd, (void *)&to, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(arg)) < 0 ? errno : 0;
	}
	if (!strcmp(what, ":connect") || !strcmp(what, ":bind")) {
		struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(arg))};
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		if (what[1] == 'b')
			return bind(fd, (void *)&at, sizeof(at)) < 0 ? errno : 0;
		return connect(fd, (void *)&at, sizeof(at)) < 0 ? errno : 0;
	}
	return ENOSYS;
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (argc == 4 && !strcmp(argv[2], ":listen-abstract")) { /* prints a line when ready, ends with its input */
		struct sockaddr_un at = {.sun_family = AF_UNIX};
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);
		memcpy(at.sun_path + 1, argv[3], strlen(argv[3]));
		if (bind(fd, (void *)&at, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(argv[3])) || listen(fd, 8))
			die("listen", argv[3]);
		puts("ready");
		fflush(stdout);
		return getchar() != EOF;
	}
	if (strcmp(argv[1], "-"))
		apply(argv[1]);
	if (argv[2][0] != ':') {
		execvp(argv[2], argv + 2);
		die("exec", argv[2]);
	}
	int error = attempt(argv[2], argc > 3 ? argv[3] : "");
	puts(error ? strerrorname_np(error) : "ok");
	return 0;
}
