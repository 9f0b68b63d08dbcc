/*
 * Every way to open, make, change, rename and remove a file: oracle-files [RACES]
 * In the working directory, which has to be empty.
 */
#include "oracle.h"
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <utime.h>

static void make(const char *name) {
    int fd = openat(AT_FDCWD, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, "0123456789", 10) != 10) broken(name);
    did("create", 0, name);
    close(fd);
}

static void make_directory(const char *name) {
    if (mkdir(name, 0755) != 0) broken(name);
    did("mkdir", 0, name);
}

/* Opens, says so, closes; WHERE is the real name when it is not the given one. */
static void opened(const char *action, const char *name, int flags, const char *where) {
    int fd = openat(AT_FDCWD, name, flags | O_CLOEXEC, 0600);
    did(action, fd, where);
    if (fd >= 0) close(fd);
}

static void opens(void) {
    make_directory("open");
    make("open/a");
    opened("read", "open/a", O_RDONLY, "open/a");
    make("open/w");
    opened("write", "open/w", O_WRONLY, "open/w");
    make("open/rw");
    opened("write", "open/rw", O_RDWR, "open/rw");
    make("open/append");
    opened("write", "open/append", O_WRONLY | O_APPEND, "open/append");
    make("open/trunc");
    opened("write", "open/trunc", O_WRONLY | O_TRUNC, "open/trunc");
    make("open/there");
    opened("write", "open/there", O_WRONLY | O_CREAT, "open/there");
    opened("create", "open/fresh", O_RDONLY | O_CREAT, "open/fresh");
    opened("create", "open/taken", O_WRONLY | O_CREAT | O_EXCL, "open/taken");
    opened("create", "open/taken", O_WRONLY | O_CREAT | O_EXCL, "open/taken");
    long fd = syscall(SYS_creat, "open/creat", 0644);
    did("create", fd, "open/creat");
    close((int) fd);
    fd = syscall(SYS_open, "open/by-open", O_CREAT | O_WRONLY, 0644);
    did("create", fd, "open/by-open");
    close((int) fd);
    make("open/two");
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_MAGICLINKS};
    fd = syscall(SYS_openat2, AT_FDCWD, "open/two", &how, sizeof how);
    did("read", fd, "open/two");
    if (fd >= 0) close((int) fd);
    struct open_how making = {.flags = O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, .mode = 0644};
    fd = syscall(SYS_openat2, AT_FDCWD, "open/by-openat2", &making, sizeof making);
    did("create", fd, "open/by-openat2");
    if (fd >= 0) close((int) fd);
    /* Looked for in vain: no event. */
    fd = open("open/not-there", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) broken("open/not-there");
    did("absent", 0, "open/not-there");
    opened("read", "open", O_RDONLY | O_DIRECTORY, "open");
}

static void ways(void) {
    make_directory("ways");
    make_directory("ways/d");
    make_directory("ways/d/e");
    make("ways/d/e/f");
    make("ways/d/dots");
    opened("read", "ways/../ways/./d//e/../dots", O_RDONLY, "ways/d/dots");
    if (symlink("d/e", "ways/link") != 0) broken("ways/link");
    did_link(0, "ways/link", "d/e");
    opened("read", "ways/link/f", O_RDONLY, "ways/d/e/f");
    if (symlink("link/g", "ways/to-new") != 0) broken("ways/to-new");
    did_link(0, "ways/to-new", "link/g");
    opened("create", "ways/to-new", O_CREAT | O_WRONLY, "ways/d/e/g");
    int dir = open("ways/d", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0) broken("ways/d");
    int fd = openat(dir, "e/h", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    did("create", fd, "ways/d/e/h");
    close(fd);
    fd = openat(dir, "../d/e/h", O_RDWR | O_CLOEXEC);
    did("write", fd, "ways/d/e/h");
    close(fd);
    did("unlink", unlinkat(dir, "e/h", 0), "ways/d/e/h");
    make("ways/d/handle");
    int handle = open("ways/d/handle", O_PATH | O_CLOEXEC);
    char again[64];
    sprintf(again, "/proc/self/fd/%d", handle);
    opened("write", again, O_WRONLY, "ways/d/handle");
    close(handle);
    close(dir);
    /* From a directory that was renamed while it was the working one. */
    make_directory("ways/before");
    if (chdir("ways/before") != 0) broken("chdir");
    did_two("rename", rename("../before", "../after"), "ways/before", "ways/after");
    fd = open("here", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    did("create", fd, "ways/after/here");
    close(fd);
    if (chdir(root) != 0) broken("chdir");
    /* By a hard link: the name that was opened counts. */
    make("ways/first-name");
    did_two("link", link("ways/first-name", "ways/second-name"), "ways/first-name", "ways/second-name");
    opened("write", "ways/second-name", O_WRONLY, "ways/second-name");
}

static void names(void) {
    static const char *const odd[] = {
        "caf\xe9", "new\nline", "back\\slash", "quote\"'", "tab\there", "\x01 control", "na\xc3\xafve",
        "\xff\xfe", "sur\xed\xa0\x80rogate", "cut\xe2\x82", "\\x41", " leading and trailing ", "%41", "-rf", "*",
    };
    make_directory("names");
    char name[300];
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        sprintf(name, "names/%s", odd[i]);
        make(name);
        char other[310];
        sprintf(other, "%s.2", name);
        did_two("rename", rename(name, other), name, other);
    }
    strcpy(name, "names/");
    memset(name + 6, 'n', 255);
    name[261] = 0;
    make(name);
    make_directory("na\xefme");
    make("na\xefme/in it");
}

static void changes(void) {
    make_directory("c");
    make("c/a");
    did_two("rename", rename("c/a", "c/b"), "c/a", "c/b");
    make("c/over");
    did_two("rename", renameat(AT_FDCWD, "c/b", AT_FDCWD, "c/over"), "c/b", "c/over");
    make("c/x");
    make("c/y");
    did_two("exchange", renameat2(AT_FDCWD, "c/x", AT_FDCWD, "c/y", RENAME_EXCHANGE), "c/x", "c/y");
    did_two("rename", renameat2(AT_FDCWD, "c/x", AT_FDCWD, "c/z", RENAME_NOREPLACE), "c/x", "c/z");
    did_two("rename", renameat2(AT_FDCWD, "c/y", AT_FDCWD, "c/z", RENAME_NOREPLACE), "c/y", "c/z");
    make("c/l");
    did_two("link", link("c/l", "c/l2"), "c/l", "c/l2");
    did_two("link", linkat(AT_FDCWD, "c/l", AT_FDCWD, "c/l3", 0), "c/l", "c/l3");
    did_link(symlink("somewhere else", "c/s"), "c/s", "somewhere else");
    did_link(symlinkat("l", AT_FDCWD, "c/s2"), "c/s2", "l");
    did_two("rename", rename("c/s", "c/s3"), "c/s", "c/s3");
    did("unlink", unlink("c/s3"), "c/s3");
    did("unlink", unlink("c/s2"), "c/s2");
    did("unlink", unlink("c/l"), "c/l");
    did("unlink", unlinkat(AT_FDCWD, "c/l2", 0), "c/l2");
    make_directory("c/d1");
    make_directory("c/d2");
    did_two("rename", rename("c/d1", "c/d3"), "c/d1", "c/d3");
    did("rmdir", rmdir("c/d2"), "c/d2");
    did("rmdir", unlinkat(AT_FDCWD, "c/d3", AT_REMOVEDIR), "c/d3");
    did("rmdir", rmdir("c"), "c");
    make("c/t");
    did("write", truncate("c/t", 3), "c/t");
    make("c/t2");
    int fd = open("c/t2", O_WRONLY | O_CLOEXEC);
    did("write", fd, "c/t2");
    did("write-open", ftruncate(fd, 4), "c/t2");
    did("attributes", fchmod(fd, 0600), "c/t2");
    close(fd);
    make("c/m");
    did("attributes", chmod("c/m", 0640), "c/m");
    make("c/m2");
    did("attributes", fchmodat(AT_FDCWD, "c/m2", 0600, 0), "c/m2");
    make("c/u");
    struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 2}};
    did("times", utimensat(AT_FDCWD, "c/u", times, 0), "c/u");
    make("c/o");
    did("attributes", chown("c/o", getuid(), getgid()), "c/o");
    fd = openat(AT_FDCWD, "c", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) {
        char path[64];
        sprintf(path, "/proc/self/fd/%d", fd);
        did("appear", linkat(AT_FDCWD, path, AT_FDCWD, "c/from-nothing", AT_SYMLINK_FOLLOW), "c/from-nothing");
        close(fd);
    }
    did("create", mknod("c/fifo", S_IFIFO | 0600, 0), "c/fifo");
    make("c/mapped");
    fd = open("c/mapped", O_RDWR | O_CLOEXEC);
    did("write", fd, "c/mapped");
    did("write-open", ftruncate(fd, 4096), "c/mapped");
    /* Who writes to a file by a map has it open for writing; there is nothing more to say. */
    char *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED) broken("mmap");
    memory[17] = 'x';
    munmap(memory, 4096);
    close(fd);
}

static void denials(void) {
    opened("denied", "/usr/oracle-may-not", O_CREAT | O_WRONLY, "/usr/oracle-may-not");
    if (access("/usr/oracle-may-not", F_OK) == 0) unlink("/usr/oracle-may-not");
    if (getuid() != 0) {
        make("locked");
        did("attributes", chmod("locked", 0), "locked");
        opened("denied-read", "locked", O_RDONLY, "locked");
        opened("denied", "locked", O_WRONLY, "locked");
        make_directory("closed");
        did("attributes", chmod("closed", 0500), "closed");
        opened("denied", "closed/new", O_CREAT | O_WRONLY, "closed/new");
        did("denied-mkdir", mkdir("closed/dir", 0755), "closed/dir");
        did("attributes", chmod("closed", 0700), "closed");
    }
}

/*
 * A tree as deep as a path may be long, and one level deeper than any path can say. It is removed again, by
 * descriptors: neither the tests nor anybody's shell could.
 */
static void depths(void) {
    enum { NAME = 200, MOST = 40 };
    char name[NAME + 1];
    memset(name, 'd', NAME);
    name[NAME] = 0;
    char *path = malloc(LONGEST + NAME);
    strcpy(path, root);
    int fds[MOST];
    int depth = 0;
    fds[0] = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (strlen(path) + 1 + NAME + 1 + 2 <= PATH_MAX - 1) {
        strcat(path, "/");
        strcat(path, name);
        if (mkdirat(fds[depth], name, 0755) != 0) broken("depths");
        did("mkdir", 0, path);
        fds[depth + 1] = openat(fds[depth], name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        depth++;
    }
    size_t length = strlen(path);
    /* With its terminating zero this one is exactly PATH_MAX long, the longest that a program can name. */
    size_t rest = PATH_MAX - 1 - length - 1;
    char *last = malloc(rest + 1);
    memset(last, 'f', rest);
    last[rest] = 0;
    sprintf(path + length, "/%s", last);
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    did("create", fd, path);
    close(fd);
    did("unlink", unlink(path), path);
    path[length] = 0;
    for (int more = 0; more < 3; more++) {
        strcat(path, "/");
        strcat(path, name);
        did("beyond-mkdir", mkdirat(fds[depth], name, 0755), path);
        fds[depth + 1] = openat(fds[depth], name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        depth++;
    }
    strcat(path, "/beyond");
    fd = openat(fds[depth], "beyond", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    did("beyond-create", fd, path);
    close(fd);
    did("beyond-unlink", unlinkat(fds[depth], "beyond", 0), path);
    for (path[strlen(path) - strlen("/beyond")] = 0; depth > 0; depth--) {
        close(fds[depth]);
        did(strlen(path) >= PATH_MAX ? "beyond-rmdir" : "rmdir", unlinkat(fds[depth - 1], name, AT_REMOVEDIR), path);
        path[strlen(path) - NAME - 1] = 0;
    }
    close(fds[0]);
    free(last);
    free(path);
}

/* Inside of another root: what is /in/it there is somewhere below here. */
static void other_root(void) {
    make_directory("cage");
    make_directory("cage/in");
    pid_t child = fork();
    if (child == 0) {
        introduce();
        if (chroot("cage") != 0 || chdir("/") != 0) {
            const char *words[] = {"chroot"};
            say_words(getpid(), "refused", errno, 1, words);
            _exit(0);
        }
        int fd = open("/in/it", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
        did("create", fd, "cage/in/it");
        did_two("rename", rename("/in/it", "in/../it"), "cage/in/it", "cage/it");
        did("mkdir", mkdir("/../up", 0755), "cage/up");
        _exit(0);
    }
    reap(child);
}

enum { NAME_LENGTH = 40 };
static char changing[NAME_LENGTH];
static atomic_int round_of, done_of;
static atomic_bool over;

/* Swaps one letter of the path for another while the other thread opens it. */
static void *flicker(void *nothing) {
    (void) nothing;
    while (!atomic_load(&over)) {
        ((volatile char *) changing)[5] = 'l';
        ((volatile char *) changing)[5] = 'r';
    }
    return NULL;
}

/* Only what really came to be may be in the record, not the other one of the two names. */
static void changing_paths(int rounds) {
    make_directory("race");
    sprintf(changing, "race/l0000");
    pthread_t thread;
    if (pthread_create(&thread, NULL, flicker, NULL) != 0) broken("thread");
    for (int i = 0; i < rounds; i++) {
        char left[NAME_LENGTH], right[NAME_LENGTH];
        sprintf(left, "race/l%04d", i);
        sprintf(right, "race/r%04d", i);
        memcpy(changing + 6, left + 6, 5);
        int fd = open(changing, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
        if (fd < 0) broken(changing);
        struct stat really, named;
        if (fstat(fd, &really) != 0) broken("fstat");
        int was_left = stat(left, &named) == 0 && named.st_ino == really.st_ino;
        did_two("race-create", 0, was_left ? left : right, was_left ? right : left);
        close(fd);
        if (i % 64 == 0) sched_yield();
    }
    atomic_store(&over, 1);
    pthread_join(thread, NULL);
}

static int rounds_of;

/* Two threads want to remove, then to rename, the same name: one of them does. */
static void *contender(void *which) {
    const char *new_name = which == NULL ? "won/a%d" : "won/b%d";
    for (int i = 0; i < rounds_of; i++) {
        while (atomic_load(&round_of) != i) sched_yield();
        char name[NAME_LENGTH], other[NAME_LENGTH];
        sprintf(name, "won/u%d", i);
        did("unlink", unlink(name), name);
        sprintf(name, "won/r%d", i);
        sprintf(other, new_name, i);
        did_two("rename", rename(name, other), name, other);
        atomic_fetch_add(&done_of, 1);
    }
    return NULL;
}

static void contended_names(int rounds) {
    rounds_of = rounds;
    atomic_store(&round_of, -1);
    make_directory("won");
    pthread_t one, two;
    if (pthread_create(&one, NULL, contender, NULL) != 0 || pthread_create(&two, NULL, contender, root) != 0) {
        broken("thread");
    }
    for (int i = 0; i < rounds; i++) {
        char name[NAME_LENGTH];
        sprintf(name, "won/u%d", i);
        make(name);
        sprintf(name, "won/r%d", i);
        make(name);
        atomic_store(&done_of, 0);
        atomic_store(&round_of, i);
        while (atomic_load(&done_of) < 2) sched_yield();
    }
    pthread_join(one, NULL);
    pthread_join(two, NULL);
}

int main(int argc, char **argv) {
    int races = argc > 1 ? atoi(argv[1]) : 200;
    begin();
    opens();
    ways();
    names();
    changes();
    denials();
    depths();
    other_root();
    changing_paths(races);
    contended_names(races / 4);
    return 0;
}
