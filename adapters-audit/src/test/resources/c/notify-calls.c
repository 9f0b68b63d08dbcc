/* What the notify sensor has to see: notify-calls WHAT, in an empty working directory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static void must(long result, const char *what) {
    if (result < 0) fail(what);
}

static void create(const char *name) {
    int fd = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    must(fd, name);
    close(fd);
}

static void calls(void) {
    create("a");
    must(close(open("a", O_WRONLY | O_CLOEXEC)), "open");
    must(close(open("a", O_RDONLY | O_CLOEXEC)), "open to read");
    must(close((int) syscall(SYS_open, "b", O_CREAT | O_RDWR, 0644)), "open");
    must(close((int) syscall(SYS_creat, "c", 0644)), "creat");
    struct open_how how = {.flags = O_CREAT | O_WRONLY | O_CLOEXEC, .mode = 0644};
    must(close((int) syscall(SYS_openat2, AT_FDCWD, "d", &how, sizeof how)), "openat2");
    must(truncate("a", 3), "truncate");
    must(mkdir("dir", 0755), "mkdir");
    int dir = open("dir", O_PATH | O_DIRECTORY | O_CLOEXEC);
    must(mkdirat(dir, "sub", 0755), "mkdirat");
    must(close(openat(dir, "sub/../in-dir", O_CREAT | O_WRONLY, 0644)), "openat");
    must(rename("a", "a2"), "rename");
    must(renameat(AT_FDCWD, "a2", dir, "a3"), "renameat");
    must(syscall(SYS_renameat2, dir, "a3", AT_FDCWD, "a4", 1), "renameat2");
    must(link("a4", "l1"), "link");
    must(linkat(AT_FDCWD, "l1", dir, "l2", 0), "linkat");
    must(symlink("dir", "s1"), "symlink");
    must(symlinkat("../a4", dir, "s2"), "symlinkat");
    must(close(open("s1/s2", O_WRONLY | O_CLOEXEC)), "open through links");
    must(mknod("fifo1", S_IFIFO | 0600, 0), "mknod");
    must(mknodat(dir, "fifo2", S_IFIFO | 0600, 0), "mknodat");
    must(chmod("a4", 0600), "chmod");
    must(fchmodat(dir, "l2", 0640, 0), "fchmodat");
    must(chown("a4", getuid(), getgid()), "chown");
    int fd = open("b", O_RDONLY | O_CLOEXEC);
    must(fchmod(fd, 0600), "fchmod");
    close(fd);
    must(unlink("b"), "unlink");
    must(unlinkat(dir, "fifo2", 0), "unlinkat");
    must(unlinkat(dir, "sub", AT_REMOVEDIR), "unlinkat");
    must(mkdir("gone", 0755), "mkdir");
    must(rmdir("gone"), "rmdir");
    if (mkdir("dir", 0755) == 0 || errno != EEXIST) fail("mkdir of what is there");
    if (unlink("never-there") == 0 || errno != ENOENT) fail("unlink of nothing");
    if (rename("no-directory/x", "y") == 0 || errno != ENOENT) fail("rename of nothing");
}

static void network(void) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(0x7f000001)};
    int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0), un = socket(AF_UNIX, SOCK_STREAM, 0);
    (void) connect(tcp, (struct sockaddr *) &in, sizeof in);
    in.sin_port = 0;
    must(bind(udp, (struct sockaddr *) &in, sizeof in), "bind");
    in.sin_port = htons(10);
    (void) sendto(udp, "x", 1, 0, (struct sockaddr *) &in, sizeof in);
    in.sin_port = htons(11);
    struct iovec bytes = {"x", 1};
    struct msghdr message = {.msg_name = &in, .msg_namelen = sizeof in, .msg_iov = &bytes, .msg_iovlen = 1};
    (void) sendmsg(udp, &message, 0);
    struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "socket"};
    must(bind(un, (struct sockaddr *) &path, sizeof path), "bind");
}

static void page_end(void) {
    char *two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(munmap(two + 4096, 4096), "munmap");
    char *name = two + 4096 - 9;
    memcpy(name, "at-an-en", 9);
    create(name);
    if (open(two + 4096, O_CREAT | O_WRONLY, 0644) >= 0 || errno != EFAULT) fail("a name that is nowhere");
    memcpy(two + 4096 - 4, "open", 4);
    if (open(two + 4096 - 4, O_CREAT | O_WRONLY, 0644) >= 0 || errno != EFAULT) fail("a name without an end");
}

static void longest(void) {
    static char name[4097];
    for (int i = 0; i < 4092; i += 2) memcpy(name + i, "./", 2);
    memcpy(name + 4092, "end", 4);
    create(name);
    memcpy(name + 4092, "ends", 5);
    if (open(name, O_CREAT | O_WRONLY, 0644) >= 0 || errno != ENAMETOOLONG) fail("a name that is too long");
    create("caf\xe9");
}

static void *many(void *number) {
    for (int i = 0; i < 50; i++) {
        char name[40];
        sprintf(name, "t%d-%d", (int) (long) number, i);
        create(name);
    }
    return NULL;
}

static void threads(void) {
    pthread_t threads[8];
    for (long i = 0; i < 8; i++) pthread_create(&threads[i], NULL, many, (void *) i);
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
}

static char shared[] = "race-a";
static volatile int racing = 1;

static void *rewrite(void *unused) {
    (void) unused;
    while (racing) {
        shared[5] = 'a';
        shared[5] = 'b';
    }
    return NULL;
}

static void race(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, rewrite, NULL);
    for (int i = 0; i < 500; i++) close(open(shared, O_CREAT | O_WRONLY, 0644));
    racing = 0;
    pthread_join(thread, NULL);
}

static long install(unsigned flags) {
    struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {.len = 1, .filter = code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static void filters(void) {
    must(install(0), "a filter of its own");
    create("after-filter");
    long listener = install(SECCOMP_FILTER_FLAG_NEW_LISTENER);
    printf("%s\n", listener >= 0 ? "listener" : errno == EBUSY ? "EBUSY" : strerror(errno));
}

static volatile int alarms;

static void on_alarm(int signal) {
    (void) signal;
    alarms++;
}

static void signals(void) {
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    struct itimerval often = {{0, 300}, {0, 300}};
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 1000; i++) {
        char name[40];
        sprintf(name, "s%d", i);
        create(name);
    }
    struct itimerval never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &never, NULL);
    printf("%s\n", alarms > 10 ? "interrupted" : "left alone");
}

static void nameless(void) {
    int fd = open(".", O_TMPFILE | O_WRONLY, 0644);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
        printf("none\n");
        return;
    }
    must(fd, "O_TMPFILE");
    char name[64];
    sprintf(name, "/proc/self/fd/%d", fd);
    must(linkat(AT_FDCWD, name, AT_FDCWD, "named", AT_SYMLINK_FOLLOW), "linkat");
    printf("linked\n");
}

static void jail(void) {
    must(mkdir("jail", 0755), "mkdir");
    must(mkdir("jail/sub", 0755), "mkdir");
    if (chroot("jail") != 0) {
        printf("none\n");
        return;
    }
    create("outside");
    must(chdir("/"), "chdir");
    create("/inside");
    must(symlink("/sub", "/link"), "symlink");
    create("link/deep");
    printf("jailed\n");
}

static void children(void) {
    char *argv[] = {"true", "vfork", NULL};
    pid_t pid = vfork();
    if (pid == 0) {
        execv("/usr/bin/true", argv);
        _exit(9);
    }
    waitpid(pid, NULL, 0);
    argv[1] = "spawn";
    must(-posix_spawnp(&pid, "true", NULL, NULL, argv, environ), "posix_spawn");
    waitpid(pid, NULL, 0);
    if (fork() == 0) {
        if (setsid() > 0 && fork() == 0) {
            usleep(50000);
            create("by-a-daemon");
            _exit(7);
        }
        _exit(0);
    }
    wait(NULL);
    while (access("by-a-daemon", F_OK) != 0) usleep(1000);
    argv[1] = "missing";
    execv("/usr/bin/no-such-program", argv);
    execv("/usr", argv);
}

static void other_abi(void) {
    char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    strcpy(low, "by-i386");
    long result = 8; /* creat */
    __asm__ volatile("int $0x80" : "+a"(result) : "b"((long) low), "c"(0644L) : "memory", "r8", "r9", "r10", "r11");
    printf("%s\n", (int) result >= 0 ? "made" : "none");
    if (syscall(0x40000000 + SYS_creat, "by-x32", 0644) >= 0) printf("x32\n");
}

static void hidden(void) {
    must(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl");
    int fd = open("hidden", O_CREAT | O_WRONLY, 0644);
    must(fd, "open");
}

static void words(void) {
    static char word[100001];
    memset(word, 'w', 100000);
    char *argv[] = {"true", word, word, "last", NULL};
    execv("/usr/bin/true", argv);
}

static void endless(void) {
    for (int i = 0;; i++) {
        char name[40];
        sprintf(name, "e%d", i);
        int fd = open(name, O_CREAT | O_WRONLY, 0644);
        if (fd < 0) _exit(errno == ENOSYS ? 38 : 1);
        close(fd);
        if (i != 1 && i != 1000) unlink(name);
    }
}

int main(int count, char **argv) {
    const struct {
        const char *name;
        void (*run)(void);
    } all[] = {
        {"calls", calls}, {"network", network}, {"page-end", page_end}, {"longest", longest}, {"threads", threads},
        {"race", race}, {"filters", filters}, {"signals", signals}, {"nameless", nameless}, {"jail", jail},
        {"children", children}, {"other-abi", other_abi}, {"hidden", hidden}, {"words", words}, {"endless", endless},
    };
    for (size_t i = 0; count == 2 && i < sizeof all / sizeof *all; i++) {
        if (strcmp(all[i].name, argv[1]) == 0) {
            all[i].run();
            return 0;
        }
    }
    return 2;
}
