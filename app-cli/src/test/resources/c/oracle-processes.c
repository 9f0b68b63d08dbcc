/*
 * Processes in every way there is to make one: oracle-processes
 * As "oracle-processes noop STATUS TAG" it only ends with that status; that is what the others execute.
 */
#include "oracle.h"
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

extern char **environ;
static char self[PATH_MAX];

/* PATH is where the program really is; argv[0] may say something else. */
static void executed(pid_t pid, int error, const char *path, char *const argv[]) {
    const char *words[16] = {path};
    int count = 1;
    for (; argv[count - 1] != NULL && count < 16; count++) words[count] = argv[count - 1];
    say_words(pid, "exec", error, count, words);
}

static char **noop(const char *status, const char *tag) {
    char **argv = calloc(5, sizeof *argv);
    argv[0] = self;
    argv[1] = "noop";
    argv[2] = (char *) status;
    argv[3] = (char *) tag;
    return argv;
}

static void forked(void) {
    char **argv = noop("3", "by-fork");
    pid_t child = fork();
    if (child == 0) {
        introduce();
        execv(self, argv);
        _exit(90);
    }
    executed(child, 0, self, argv);
    reap(child);
}

static void vforked(void) {
    char **argv = noop("4", "by-vfork");
    pid_t child = vfork();
    if (child == 0) {
        execve(self, argv, environ);
        _exit(90);
    }
    executed(child, 0, self, argv);
    reap(child);
}

static void spawned(void) {
    char **argv = noop("5", "by-posix_spawn");
    pid_t child = 0;
    errno = posix_spawn(&child, self, NULL, NULL, argv, environ);
    if (errno != 0) broken("posix_spawn");
    executed(child, 0, self, argv);
    reap(child);
}

/* Filters that cannot see the flags of clone3 refuse it; programs then take clone, and so does this one. */
static void cloned(void) {
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    char **argv = noop("6", "by-clone3");
    pid_t child = (pid_t) syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child < 0) {
        const char *words[] = {"clone3"};
        say_words(getpid(), "refused", errno, 1, words);
        child = (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    }
    if (child < 0) broken("clone");
    if (child == 0) {
        execveat(AT_FDCWD, self, argv, environ, 0);
        _exit(90);
    }
    executed(child, 0, self, argv);
    reap(child);
}

/* A thread that executes takes over the number of its process. */
static void *executing(void *argv) {
    execv(self, argv);
    _exit(90);
}

static void from_a_thread(void) {
    char **argv = noop("7", "from-a-thread");
    pid_t child = fork();
    if (child == 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, executing, argv) != 0) _exit(91);
        pause();
        _exit(92);
    }
    executed(child, 0, self, argv);
    reap(child);
}

static void from_a_descriptor(void) {
    char **argv = noop("8", "by-descriptor");
    pid_t child = fork();
    if (child == 0) {
        int fd = open(self, O_PATH | O_CLOEXEC);
        syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
        _exit(90);
    }
    executed(child, 0, self, argv);
    reap(child);
}

/* The same program by a symbolic link and a relative name with dots. */
static void by_another_name(void) {
    char **argv = noop("9", "by-link");
    if (mkdir("bin", 0755) != 0) broken("bin");
    did("mkdir", 0, "bin");
    if (symlink(self, "bin/link") != 0) broken("bin/link");
    did_link(0, "bin/link", self);
    pid_t child = fork();
    if (child == 0) {
        argv[0] = "another name";
        execv("bin/../bin/./link", argv);
        _exit(90);
    }
    argv[0] = "another name";
    executed(child, 0, self, argv);
    reap(child);
}

/* Arguments that a log has to take as they are: bytes, line ends, quotes, nothing, and a great many of them. */
static void with_odd_words(void) {
    char *argv[] = {self, "noop", "10", "odd-words", "new\nline", "quote\"'", "back\\slash", "\xff\xfe", "", "\x1b[31m", NULL};
    pid_t child = fork();
    if (child == 0) {
        execv(self, argv);
        _exit(90);
    }
    executed(child, 0, self, argv);
    reap(child);
}

static void with_long_words(void) {
    enum { LONG = 100000 };
    char *word = malloc(LONG + 1);
    memset(word, 'w', LONG);
    word[LONG] = 0;
    char *argv[] = {self, "noop", "11", "long-word", word, "after", NULL};
    pid_t child = fork();
    if (child == 0) {
        execv(self, argv);
        _exit(90);
    }
    executed(child, 0, self, argv);
    reap(child);
    free(word);
}

static void script(void) {
    int fd = open("script", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0755);
    static const char text[] = "#!/bin/sh\nexit 12\n";
    if (fd < 0 || write(fd, text, sizeof text - 1) < 0) broken("script");
    did("create", 0, "script");
    close(fd);
    char *name = below("script");
    char *argv[] = {name, "of-a-script", NULL};
    pid_t child = fork();
    if (child == 0) {
        execv(name, argv);
        _exit(90);
    }
    const char *words[] = {name, "of-a-script"};
    say_words(child, "exec-script", 0, 2, words);
    reap(child);
    free(name);
}

/* What fails is an attempt; what is not there is none. */
static void in_vain(void) {
    char **argv = noop("13", "in-vain");
    int fd = open("plain", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) broken("plain");
    did("create", 0, "plain");
    close(fd);
    char *name = below("plain");
    execv(name, argv);
    executed(getpid(), errno, name, argv);
    execv("./not-there", argv);
    free(name);
}

static void killed(void) {
    pid_t child = fork();
    if (child == 0) {
        introduce();
        raise(SIGKILL);
    }
    reap(child);
}

/* A daemon acts when nobody is left who knows it: its parent and its session are gone. */
static void daemons(void) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) broken("pipe2");
    pid_t child = fork();
    if (child == 0) {
        pid_t middle = getpid();
        introduce();
        if (setsid() < 0 || close(ends[0]) != 0) _exit(91);
        if (fork() != 0) _exit(0);
        while (getppid() == middle) usleep(1000);
        introduce();
        did("create", openat(AT_FDCWD, "late", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644), "late");
        did("mkdir", mkdirat(AT_FDCWD, "later", 0755), "later");
        char **argv = noop("14", "by-a-daemon");
        executed(getpid(), 0, self, argv);
        execv(self, argv);
        _exit(90);
    }
    close(ends[1]);
    reap(child);
    char nothing;
    if (read(ends[0], &nothing, 1) != 0) broken("daemon");
    close(ends[0]);
}

static void refusals(void) {
    char parameters[512] = {0};
    const char *ring[] = {"io_uring_setup"};
    long fd = syscall(SYS_io_uring_setup, 4, parameters);
    if (fd < 0) {
        say_words(getpid(), "refused", errno, 1, ring);
    } else {
        close((int) fd);
    }
    const char *trace[] = {"ptrace"};
    pid_t child = fork();
    if (child == 0) {
        introduce();
        pause();
    }
    usleep(20000);
    if (ptrace(PTRACE_SEIZE, child, NULL, NULL) < 0) say_words(getpid(), "refused", errno, 1, trace);
    kill(child, SIGKILL);
    reap(child);
}

int main(int argc, char **argv) {
    if (argc > 2 && strcmp(argv[1], "noop") == 0) return atoi(argv[2]);
    begin();
    /* Beside the directory that it works in, under its own name. */
    char *above = below("../oracle-processes");
    if (realpath(above, self) == NULL) broken("realpath");
    free(above);
    forked();
    vforked();
    spawned();
    cloned();
    from_a_thread();
    from_a_descriptor();
    by_another_name();
    with_odd_words();
    with_long_words();
    script();
    in_vain();
    killed();
    daemons();
    refusals();
    return 0;
}
