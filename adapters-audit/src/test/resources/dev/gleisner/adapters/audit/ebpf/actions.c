/* Does what the ebpf sensor is to see. Waits for a byte on stdin, then does the action named by its first argument. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <unistd.h>

extern char **environ;

static void check(long result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

#define MUST(call) check((long)(call), #call)

static void make(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    check(fd, path);
    close(fd);
}

static void files(void)
{
    make("created");
    close(open("created", O_RDONLY));
    close(open("created", O_RDWR));
    close(open("created", O_PATH));
    struct open_how how = {.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};
    MUST(syscall(SYS_openat2, AT_FDCWD, "created", &how, sizeof how));
    close(open(".", O_RDONLY | O_DIRECTORY));
    for (int i = 0; i < 7; i++)
        open("not there", O_RDONLY);
    open("created/below", O_RDONLY);
    open("created", O_CREAT | O_EXCL | O_WRONLY, 0600);
    MUST(mkdir("directory", 0755));
    mkdir("directory", 0755);
    int directory = open("directory", O_RDONLY | O_DIRECTORY);
    MUST(linkat(AT_FDCWD, "created", directory, "linked", 0));
    MUST(symlink("some where", "directory/symbolic"));
    MUST(renameat(directory, "linked", AT_FDCWD, "renamed"));
    MUST(chdir("directory"));
    MUST(rename("../renamed", "./../directory//again"));
    MUST(chdir(".."));
    make("left");
    make("right");
    MUST(renameat2(AT_FDCWD, "left", AT_FDCWD, "right", RENAME_EXCHANGE));
    MUST(truncate("left", 10));
    int fd = open("left", O_RDWR);
    MUST(ftruncate(fd, 5));
    MUST(chmod("left", 0600));
    MUST(fchmod(fd, 0640));
    MUST(utimensat(AT_FDCWD, "left", NULL, 0));
    MUST(futimens(fd, NULL));
    MUST(lchown("left", getuid(), getgid()));
    setxattr("left", "user.a", "b", 1, 0);
    MUST(mknod("fifo", S_IFIFO | 0600, 0));
    MUST(unlink("fifo"));
    MUST(unlinkat(directory, "again", 0));
    MUST(unlinkat(directory, "symbolic", 0));
    MUST(unlinkat(AT_FDCWD, "directory", AT_REMOVEDIR));
    MUST(mkdir("other", 0755));
    MUST(rmdir("other"));
    int nameless = open(".", O_TMPFILE | O_RDWR, 0600);
    if (nameless >= 0) {
        char self[64];
        snprintf(self, sizeof self, "/proc/self/fd/%d", nameless);
        MUST(linkat(AT_FDCWD, self, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
    }
    make("caf\303\251 \377 \\");
}

static void deep(void)
{
    char name[201];
    memset(name, 'd', 200);
    name[200] = 0;
    for (int i = 0; i < 25; i++) { /* 25 * 201 = 5025 bytes: no path names it in one piece */
        MUST(mkdir(name, 0755));
        MUST(chdir(name));
    }
    make("bottom");
    MUST(unlink("bottom"));
    for (int i = 0; i < 25; i++) { /* nobody else could take it away */
        MUST(chdir(".."));
        MUST(rmdir(name));
    }
}

static void longest(void)
{
    /* PATH_MAX is 4096 with the NUL: 20 times 200 and the rest */
    char path[4096], name[256];
    size_t at = 0;
    memset(name, 'l', 250);
    name[250] = 0;
    while (at + 252 < 4000) {
        memcpy(path + at, name, 250);
        path[at + 250] = 0;
        MUST(mkdir(path, 0755));
        path[at + 250] = '/';
        at += 251;
    }
    memset(path + at, 'f', 4095 - at);
    if (4095 - at > 255) {
        path[at + 100] = 0;
        MUST(mkdir(path, 0755));
        path[at + 100] = '/';
    }
    path[4095] = 0;
    make(path);
    MUST(unlink(path));
}

static void jailed(void)
{
    MUST(mkdir("jail", 0755));
    MUST(chroot("jail"));
    MUST(chdir("/"));
    make("/inside");
    MUST(unlink("/inside"));
}

static void *in_thread(void *path)
{
    make(path);
    return NULL;
}

static void threads(void)
{
    pthread_t thread[4];
    char *names[] = {"t0", "t1", "t2", "t3"};
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, in_thread, names[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
}

static void leader_first(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, in_thread, "after");
    pthread_exit(NULL);
}

static void reap(pid_t child)
{
    int status;
    MUST(waitpid(child, &status, 0));
}

static void processes(void)
{
    pid_t child = fork();
    if (!child)
        _exit(3);
    reap(child);
    child = vfork();
    if (!child) {
        execl("/bin/true", "true", "one", "two words", "", "last", NULL);
        _exit(9);
    }
    reap(child);
    struct clone_args args = {.exit_signal = SIGCHLD};
    child = syscall(SYS_clone3, &args, sizeof args);
    if (!child)
        kill(getpid(), SIGTERM);
    reap(child);
    char *argv[] = {"sh", "-c", "exit 7", NULL};
    MUST(posix_spawn(&child, "/bin/sh", NULL, NULL, argv, environ));
    reap(child);
    child = fork();
    if (!child) {
        int fd = open("/bin/true", O_PATH);
        char *one[] = {"by descriptor", NULL};
        syscall(SYS_execveat, fd, "", one, environ, AT_EMPTY_PATH);
        _exit(9);
    }
    reap(child);
    close(open("not a program", O_CREAT | O_WRONLY, 0600));
    execl("not a program", "x", NULL);
    execl("/no/such/program", "x", NULL);
}

static void many_arguments(void)
{
    char *argv[2001];
    char word[101];
    memset(word, 'a', 100);
    word[100] = 0;
    for (int i = 0; i < 2000; i++)
        argv[i] = word;
    argv[2000] = NULL;
    execv("/bin/true", argv);
}

static void daemon_twice(void)
{
    pid_t child = fork();
    if (!child) {
        setsid();
        if (fork())
            _exit(0);
        usleep(200000);
        make("by the daemon");
        _exit(0);
    }
    reap(child);
}

static void sockets(void)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof any;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    MUST(bind(server, (void *)&any, sizeof any));
    MUST(listen(server, 5));
    MUST(getsockname(server, (void *)&any, &length));
    printf("port %d\n", ntohs(any.sin_port));
    int client = socket(AF_INET, SOCK_STREAM, 0);
    MUST(connect(client, (void *)&any, sizeof any));
    MUST(accept(server, NULL, NULL));
    close(server);
    struct sockaddr_in closed = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&closed, sizeof closed); /* refused */
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(4242), .sin6_addr = in6addr_loopback};
    int datagrams = socket(AF_INET6, SOCK_DGRAM, 0);
    sendto(datagrams, "x", 1, 0, (void *)&six, sizeof six);
    struct iovec text = {"y", 1};
    struct msghdr message = {.msg_name = &six, .msg_namelen = sizeof six, .msg_iov = &text, .msg_iovlen = 1};
    sendmsg(datagrams, &message, 0);
    struct mmsghdr both[2] = {{.msg_hdr = message}, {.msg_hdr = message}};
    sendmmsg(datagrams, both, 2, 0);
    struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listening = socket(AF_UNIX, SOCK_STREAM, 0);
    MUST(bind(listening, (void *)&local, sizeof local));
    MUST(listen(listening, 1));
    MUST(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&local, sizeof local));
    MUST(accept4(listening, NULL, NULL, SOCK_CLOEXEC));
    struct sockaddr_un abstract = {.sun_family = AF_UNIX, .sun_path = "\0hidden"};
    MUST(bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&abstract, offsetof(struct sockaddr_un, sun_path) + 7));
}

/* Answers mount with EPERM and clone3 with ENOSYS before the kernel looks at them. */
static void filtered(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mount, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    syscall(SYS_umount2, "/no/such/place", 0); /* not refused by the filter */
    MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
    syscall(SYS_mount, "a", "b", "c", 0, 0);
    syscall(SYS_clone3, NULL, 0);
    syscall(SYS_io_uring_setup, 1, NULL);
}

static void uring(void)
{
    char parameters[120] = {0};
    syscall(SYS_io_uring_setup, 1, parameters);
}

/* A 32-bit call from a 64-bit program: getpid, whose number means writev to others. */
static void thirty_two(void)
{
    long result;
    asm volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
    printf("%d\n", result == getpid());
}

static void burst(int count)
{
    char path[64];
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/proc/self/../self/status");
        close(open(path, O_RDONLY));
    }
}

int main(int argc, char **argv)
{
    char byte;
    if (argc < 2 || read(0, &byte, 1) != 1)
        return 2;
    const char *what = argv[1];
    if (!strcmp(what, "files"))
        files();
    else if (!strcmp(what, "deep"))
        deep();
    else if (!strcmp(what, "longest"))
        longest();
    else if (!strcmp(what, "jailed"))
        jailed();
    else if (!strcmp(what, "threads"))
        threads();
    else if (!strcmp(what, "leader-first"))
        leader_first();
    else if (!strcmp(what, "processes"))
        processes();
    else if (!strcmp(what, "many-arguments"))
        many_arguments();
    else if (!strcmp(what, "daemon"))
        daemon_twice();
    else if (!strcmp(what, "sockets"))
        sockets();
    else if (!strcmp(what, "filtered"))
        filtered();
    else if (!strcmp(what, "uring"))
        uring();
    else if (!strcmp(what, "thirty-two"))
        thirty_two();
    else if (!strcmp(what, "burst"))
        burst(atoi(argv[2]));
    else
        return 2;
    return 0;
}
