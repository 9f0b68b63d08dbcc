/*
 * Small attacks, one a word: attack WORD ARGUMENT...
 * Each prints lines "what=answer"; the answer is "ok" or the name of the errno, or "signal N" when it was killed.
 *
 * What would harm the machine if it worked refuses to run in the namespaces of the host: GLEISNER_HOST_NAMESPACES names
 * them (mount, pid and uts, as readlink(1) prints them), and without it nothing harmful runs at all.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif

static void say(const char *what, long result) {
    const char *name = result == -1 ? strerrorname_np(errno) : "ok";
    printf("%s=%s\n", what, name == NULL ? "?" : name);
    fflush(stdout);
}

/* Ends the program unless mount, pid and uts namespace are all other ones than the host's. */
static void only_away_from_host(void) {
    const char *host = getenv("GLEISNER_HOST_NAMESPACES");
    const char *names[] = {"/proc/self/ns/mnt", "/proc/self/ns/pid", "/proc/self/ns/uts"};
    for (int i = 0; i < 3; i++) {
        char mine[100];
        ssize_t length = readlink(names[i], mine, sizeof mine - 1);
        if (length > 0) mine[length] = 0;
        if (host == NULL || strlen(host) < 30 || length <= 0 || strstr(host, mine) != NULL) {
            fprintf(stderr, "attack: refuses to run in the host's namespaces\n");
            exit(3);
        }
    }
}

/* Does it in a child, so that being killed is an answer too. */
#define TRY(what, expression)                                        \
    do {                                                             \
        fflush(stdout);                                              \
        pid_t child_ = fork();                                       \
        if (child_ == 0) {                                           \
            errno = 0;                                               \
            say(what, (long) (expression));                          \
            _exit(0);                                                \
        }                                                            \
        int status_ = 0;                                             \
        waitpid(child_, &status_, 0);                                \
        if (WIFSIGNALED(status_)) {                                  \
            printf("%s=signal %d\n", what, WTERMSIG(status_));       \
            fflush(stdout);                                          \
        }                                                            \
    } while (0)

static socklen_t abstract(struct sockaddr_un *address, const char *name) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    strncpy(address->sun_path + 1, name, sizeof address->sun_path - 2);
    return (socklen_t) (offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

static int abstract_listen(const char *name) {
    struct sockaddr_un address;
    char datagram[100];
    socklen_t length = abstract(&address, name);
    int stream = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(stream, (struct sockaddr *) &address, length) != 0 || listen(stream, 8) != 0) return perror("bind"), 1;
    snprintf(datagram, sizeof datagram, "%s-dgram", name);
    length = abstract(&address, datagram);
    int dgram = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (bind(dgram, (struct sockaddr *) &address, length) != 0) return perror("bind"), 1;
    puts("ready");
    fflush(stdout);
    pause();
    return 0;
}

static int abstract_connect(const char *name) {
    struct sockaddr_un address;
    char datagram[100];
    socklen_t length = abstract(&address, name);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    say("stream", connect(fd, (struct sockaddr *) &address, length));
    snprintf(datagram, sizeof datagram, "%s-dgram", name);
    length = abstract(&address, datagram);
    fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    say("dgram-connect", connect(fd, (struct sockaddr *) &address, length));
    fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    say("dgram-sendto", sendto(fd, "x", 1, 0, (struct sockaddr *) &address, length));
    return 0;
}

static int descriptors(void) {
    for (int fd = 0; fd < 4096; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) printf("%d ", fd);
    }
    puts("");
    return 0;
}

static int io_uring(void) {
    char parameters[512] = {0};
    TRY("io_uring_setup", syscall(SYS_io_uring_setup, 4, parameters));
    TRY("io_uring_enter", syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0));
    TRY("io_uring_register", syscall(SYS_io_uring_register, -1, 0, NULL, 0));
    return 0;
}

/* 20 is getpid for i386; the result comes back in eax whatever the ABI of the caller. */
static long int80(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
    result = (int) result;
    if (result < 0 && result > -4096) {
        errno = (int) -result;
        return -1;
    }
    return result;
}

static int other_abi(void) {
    TRY("i386-getpid", int80(20, 0, 0, 0));
    TRY("i386-socket", int80(359, AF_UNIX, SOCK_STREAM, 0));
    TRY("x32-getpid", syscall(0x40000000 | SYS_getpid));
    TRY("x32-open", syscall(0x40000000 | SYS_open, "/", O_RDONLY));
    return 0;
}

struct clone3_args { uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; };

static long clone3_userns(void) {
    struct clone3_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    long result = syscall(SYS_clone3, &args, sizeof args);
    if (result == 0) _exit(0);
    return result;
}

static long clone_flag(unsigned long flag) {
    long result = syscall(SYS_clone, flag | SIGCHLD, NULL, NULL, NULL, NULL);
    if (result == 0) _exit(0);
    return result;
}

static long read_own_memory(void) {
    char a = 1, b = 0;
    struct iovec local = {&b, 1}, remote = {&a, 1};
    return syscall(SYS_process_vm_readv, getpid(), &local, 1, &remote, 1, 0);
}

static long perf(void) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes,
        .config = PERF_COUNT_SW_TASK_CLOCK, .exclude_kernel = 1, .exclude_hv = 1};
    return syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0);
}

static long traced(void) {
    pid_t child = fork();
    if (child == 0) {
        pause();
        _exit(0);
    }
    long result = ptrace(PTRACE_ATTACH, child, NULL, NULL);
    int saved = errno;
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    errno = saved;
    return result;
}

/* Runs a copy of itself from anonymous memory. */
static long memfd_exec(void) {
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int to = (int) syscall(SYS_memfd_create, "x", 0);
    char buffer[65536];
    ssize_t count;
    if (from < 0 || to < 0) return -1;
    while ((count = read(from, buffer, sizeof buffer)) > 0) {
        if (write(to, buffer, (size_t) count) != count) return -1;
    }
    pid_t child = fork();
    if (child == 0) {
        char *arguments[] = {"attack", "syscalls-short", NULL};
        fexecve(to, arguments, environ);
        _exit(126);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
    errno = EACCES;
    return -1;
}

static long mount_in_userns(void) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return -1;
    return mount("none", "/tmp", "tmpfs", 0, NULL);
}

static int system_calls(void) {
    only_away_from_host();
    char attributes[128] = {0};
    TRY("clone3-userns", clone3_userns());
    TRY("clone-userns", clone_flag(CLONE_NEWUSER));
    TRY("unshare-userns", unshare(CLONE_NEWUSER));
    TRY("unshare-userns-mount", mount_in_userns());
    TRY("setns", syscall(SYS_setns, open("/proc/self/ns/uts", O_RDONLY), 0));
    TRY("mount", mount("none", "/tmp", "tmpfs", 0, NULL));
    TRY("umount-proc", umount2("/proc", MNT_DETACH | 0x8 /* UMOUNT_NOFOLLOW */));
    TRY("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", O_CLOEXEC));
    TRY("move_mount", syscall(SYS_move_mount, -1, "", -1, "", 0));
    TRY("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
    TRY("mount_setattr", syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, attributes, 32));
    TRY("pivot_root", syscall(SYS_pivot_root, "/nonexistent", "/nonexistent"));
    TRY("pidfd_getfd", syscall(SYS_pidfd_getfd, -1, 0, 0));
    TRY("process_vm_readv", read_own_memory());
    TRY("ptrace-child", traced());
    TRY("quotactl_fd", syscall(SYS_quotactl_fd, -1, 0, 0, NULL));
    TRY("userfaultfd", syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */));
    TRY("add_key", syscall(SYS_add_key, "user", "gleisner-test", "x", 1, -1 /* KEY_SPEC_THREAD_KEYRING */));
    TRY("keyctl", syscall(SYS_keyctl, 0 /* GET_KEYRING_ID */, -1, 1));
    TRY("perf_event_open", perf());
    TRY("bpf", syscall(SYS_bpf, -1, NULL, 0));
    TRY("open_by_handle_at", syscall(SYS_open_by_handle_at, -1, NULL, 0));
    TRY("name_to_handle_at", syscall(SYS_name_to_handle_at, -1, "x", NULL, NULL, 0));
    TRY("kexec_load", syscall(SYS_kexec_load, -1L, -1L, NULL, -1L));
    TRY("mknod-device", mknod("./device", S_IFBLK | 0600, 0xfe00));
    TRY("socket-raw", socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
    TRY("socket-vsock", socket(40, SOCK_STREAM, 0));
    TRY("socket-audit", socket(AF_NETLINK, SOCK_RAW, 9));
    TRY("chroot", chroot("/"));
    TRY("sethostname", sethostname("x", 0));
    /* Allowed on purpose: the mounts and Landlock hold for what they do. */
    TRY("memfd-exec", memfd_exec());
    TRY("landlock-version", syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION));
    return 0;
}

/* A file that can be opened and read; one that is only empty does not count. */
static long content(const char *path) {
    char byte;
    int fd = open(path, O_RDONLY);
    if (fd < 0) return -1;
    if (read(fd, &byte, 1) == 1) return 0;
    errno = ENODATA;
    return -1;
}

/* Files that other processes' directories in /proc lead to. */
static int proc(const char *host_pid, int in_sandbox) {
    char path[200];
    DIR *directory = opendir("/proc");
    struct dirent *entry;
    int count = 0, highest = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        int pid = atoi(entry->d_name);
        if (pid > 0) {
            count++;
            if (pid > highest) highest = pid;
        }
    }
    printf("pids=%d\nhighest=%d\n", count, highest);
    say("1-root", open("/proc/1/root/etc/hostname", O_RDONLY));
    say("1-root-shadow", content("/proc/1/root/etc/shadow"));
    say("1-mem", open("/proc/1/mem", O_RDWR));
    say("1-fd", opendir("/proc/1/fd") == NULL ? -1 : 0);
    say("1-environ", open("/proc/1/environ", O_RDONLY));
    say("self-root-shadow", content("/proc/self/root/etc/shadow"));
    say("kcore", open("/proc/kcore", O_RDONLY));
    say("sysrq", open("/proc/sysrq-trigger", O_WRONLY));
    say("sys", open("/proc/sys/kernel/core_pattern", O_WRONLY));
    say("write-vm", open("/proc/sys/vm/overcommit_memory", O_WRONLY));
    snprintf(path, sizeof path, "/proc/%s/stat", host_pid);
    say("host-stat", open(path, O_RDONLY));
    snprintf(path, sizeof path, "/proc/%s/environ", host_pid);
    say("host-environ", open(path, O_RDONLY));
    snprintf(path, sizeof path, "/proc/%s/mem", host_pid);
    say("host-mem", open(path, O_RDWR));
    snprintf(path, sizeof path, "/proc/%s/fd", host_pid);
    say("host-fd", opendir(path) == NULL ? -1 : 0);
    snprintf(path, sizeof path, "/proc/%s/root/etc/hostname", host_pid);
    say("host-root", open(path, O_RDONLY));
    say("host-signal", kill(atoi(host_pid), 0));
    if (in_sandbox) {
        only_away_from_host();
        say("kill-1", kill(1, SIGKILL));
        TRY("ptrace-1", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
        char byte = 0;
        struct iovec local = {&byte, 1}, remote = {(void *) 0x400000, 1};
        TRY("vm-write-1", syscall(SYS_process_vm_writev, 1, &local, 1, &remote, 1, 0));
    }
    return 0;
}

/* Opens a name again and again, and counts how often it led to the secret. */
static int race_read(const char *name, const char *secret, int seconds) {
    time_t end = time(NULL) + seconds;
    char buffer[256];
    long tries = 0, opened = 0, leaks = 0;
    while (time(NULL) < end) {
        int fd = open(name, O_RDONLY);
        tries++;
        if (fd < 0) continue;
        ssize_t count = read(fd, buffer, sizeof buffer - 1);
        close(fd);
        if (count <= 0) continue;
        buffer[count] = 0;
        opened++;
        if (strstr(buffer, secret) != NULL) leaks++;
    }
    printf("tries=%s\nopened=%s\nleaks=%ld\n", tries > 100 ? "many" : "few", opened > 0 ? "yes" : "no", leaks);
    return 0;
}

/* Points a link at one file and then at the other. */
static int race_swap(const char *name, const char *one, const char *other, int seconds) {
    time_t end = time(NULL) + seconds;
    char next[300];
    snprintf(next, sizeof next, "%s.next", name);
    while (time(NULL) < end) {
        if (symlink(one, next) == 0) rename(next, name);
        if (symlink(other, next) == 0) rename(next, name);
    }
    return 0;
}

static int terminal(void) {
    TRY("tiocsti", ioctl(0, TIOCSTI, "\n"));
    char selection[] = {2, 0};
    TRY("tioclinux", ioctl(0, TIOCLINUX, selection));
    TRY("tiocsetd", ioctl(0, TIOCSETD, &(int){0}));
    TRY("high-word", syscall(SYS_ioctl, 0, 0xffffffff00000000UL | TIOCSTI, "\n"));
    return 0;
}

static int connect_to(const char *address, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short) port)};
    inet_pton(AF_INET, address, &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    say("socket", fd);
    say("connect", fd < 0 ? -1 : connect(fd, (struct sockaddr *) &to, sizeof to));
    fd = socket(AF_INET, SOCK_STREAM, 0);
    say("fastopen", fd < 0 ? -1 : sendto(fd, "x", 1, 0x20000000, (struct sockaddr *) &to, sizeof to));
    fd = socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);
    say("mptcp", fd < 0 ? -1 : connect(fd, (struct sockaddr *) &to, sizeof to));
    fd = socket(AF_INET, SOCK_DGRAM, 0);
    say("udp", fd < 0 ? -1 : sendto(fd, "x", 1, 0, (struct sockaddr *) &to, sizeof to));
    return 0;
}

static int fork_bomb(int most) {
    int made = 0;
    for (; made < most; made++) {
        pid_t child = fork();
        if (child == 0) {
            pause();
            _exit(0);
        }
        if (child < 0) break;
    }
    printf("forks=%d\n", made);
    say("last", made == most ? 0 : -1);
    kill(0, SIGTERM);
    return 0;
}

static int descriptor_hog(void) {
    int made = 0;
    while (made < 1000000 && open("/dev/null", O_RDONLY) >= 0) made++;
    printf("descriptors=%d\n", made);
    say("last", -1);
    return 0;
}

static int memory_hog(long megabytes) {
    long got = 0;
    for (; got < megabytes; got++) {
        char *block = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) break;
        memset(block, 1, 1 << 20);
    }
    printf("megabytes=%ld\n", got);
    return got == megabytes ? 0 : 3;
}

/* A process that leaves its family: double fork, own session, nothing of the parent's. */
static int daemon_child(const char *name, const char *file) {
    if (fork() != 0) return 0;
    setsid();
    if (fork() != 0) _exit(0);
    for (int fd = 0; fd < 3; fd++) close(fd);
    open("/dev/null", O_RDWR);
    (void) dup(0);
    (void) dup(0);
    for (int i = 0; i < 600; i++) {
        int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
        if (fd >= 0) {
            (void) !write(fd, name, strlen(name));
            close(fd);
        }
        usleep(100000);
    }
    _exit(0);
}

static int ignore_all_signals(void) {
    for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
    puts("ready");
    fflush(stdout);
    for (int i = 0; i < 600; i++) usleep(100000);
    return 0;
}

static int file_storm(int count) {
    char name[64];
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "storm-%d", i % 100);
        int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (fd >= 0) {
            (void) !write(fd, "x", 1);
            close(fd);
        }
        unlink(name);
    }
    puts("done");
    return 0;
}

static int crash(void) {
    struct rlimit most;
    getrlimit(RLIMIT_CORE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_CORE, &most);
    printf("core-limit=%s\n", most.rlim_max == 0 ? "0" : "more");
    fflush(stdout);
    abort();
}

/* Everything that this user may kill. */
/* Processes that come and go faster than anybody reads about them. */
static int fork_storm(int count) {
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) != child) return perror("fork"), 1;
    }
    puts("done");
    return 0;
}

static int kill_all(void) {
    only_away_from_host();
    puts("killing");
    fflush(stdout);
    return kill(-1, SIGKILL);
}

static int identity(void) {
    char line[300];
    FILE *status = fopen("/proc/self/status", "r");
    printf("uid=%d\ngid=%d\neuid=%d\nsid-is-own-tree=%s\n", getuid(), getgid(), geteuid(), getsid(0) > 0 ? "yes" : "no");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "Cap", 3) == 0 || strncmp(line, "NoNewPrivs", 10) == 0 || strncmp(line, "Seccomp:", 8) == 0) {
            fputs(line, stdout);
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : "";
    const char *first = argc > 2 ? argv[2] : "";
    if (strcmp(word, "abstract-listen") == 0) return abstract_listen(first);
    if (strcmp(word, "abstract-connect") == 0) return abstract_connect(first);
    if (strcmp(word, "descriptors") == 0) return descriptors();
    if (strcmp(word, "io-uring") == 0) return io_uring();
    if (strcmp(word, "other-abi") == 0) return other_abi();
    if (strcmp(word, "syscalls") == 0) return system_calls();
    if (strcmp(word, "syscalls-short") == 0) return 0;
    if (strcmp(word, "proc") == 0) return proc(first, argc > 3);
    if (strcmp(word, "race-read") == 0 && argc > 4) return race_read(first, argv[3], atoi(argv[4]));
    if (strcmp(word, "race-swap") == 0 && argc > 5) return race_swap(first, argv[3], argv[4], atoi(argv[5]));
    if (strcmp(word, "terminal") == 0) return terminal();
    if (strcmp(word, "connect") == 0 && argc > 3) return connect_to(first, atoi(argv[3]));
    if (strcmp(word, "fork-bomb") == 0) return fork_bomb(atoi(first));
    if (strcmp(word, "descriptor-hog") == 0) return descriptor_hog();
    if (strcmp(word, "memory-hog") == 0) return memory_hog(atol(first));
    if (strcmp(word, "daemon") == 0 && argc > 3) return daemon_child(first, argv[3]);
    if (strcmp(word, "ignore-signals") == 0) return ignore_all_signals();
    if (strcmp(word, "file-storm") == 0) return file_storm(atoi(first));
    if (strcmp(word, "fork-storm") == 0) return fork_storm(atoi(first));
    if (strcmp(word, "kill-all") == 0) return kill_all();
    if (strcmp(word, "crash") == 0) return crash();
    if (strcmp(word, "identity") == 0) return identity();
    fprintf(stderr, "attack: what is %s?\n", word);
    return 2;
}
