/*
 * What the oracle programs share: they do things and say, one line a thing, what they did. A line is
 *
 *     PID <tab> ACTION <tab> ERRNO <tab> PATH [<tab> MORE]...
 *
 * PID as the process sees itself, ERRNO 0 when it worked, PATH absolute and resolved by the program's own knowledge of
 * what it built, never by asking the kernel. Bytes outside of printable ASCII, and '%', are written as %XX.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* The directory that everything happens in. */
static char root[PATH_MAX];

enum { LONGEST = 3 * PATH_MAX };

/* Appends a field with its leading tab. */
static char *field(char *to, const char *text) {
    *to++ = '\t';
    for (const unsigned char *from = (const unsigned char *) text; *from != 0; from++) {
        if (*from <= 0x20 || *from >= 0x7f || *from == '%') {
            to += sprintf(to, "%%%02X", *from);
        } else {
            *to++ = (char) *from;
        }
    }
    return to;
}

/* One write for a line, so that the lines of several processes do not mix; short lines are atomic in a pipe. */
static void say_words(pid_t pid, const char *action, int error, int count, const char *const words[]) {
    size_t size = 64;
    for (int i = 0; i < count; i++) size += 3 * strlen(words[i]) + 1;
    char *line = malloc(size);
    if (line == NULL) _exit(99);
    char *to = line + sprintf(line, "%d\t%s\t%d", (int) pid, action, error);
    for (int i = 0; i < count; i++) to = field(to, words[i]);
    *to++ = '\n';
    for (const char *from = line; from < to;) {
        ssize_t wrote = write(1, from, (size_t) (to - from));
        if (wrote < 0) _exit(98);
        from += wrote;
    }
    free(line);
}

/* NAME below the root; the result belongs to the caller. */
static char *below(const char *name) {
    char *path = malloc(strlen(root) + strlen(name) + 2);
    if (path == NULL) _exit(99);
    sprintf(path, "%s/%s", root, name);
    return path;
}

/* Says what was done to a path that is absolute, or below the root. RESULT is what the system call returned. */
__attribute__((unused)) static long did(const char *action, long result, const char *path) {
    int error = result < 0 ? errno : 0;
    char *full = path[0] == '/' ? strdup(path) : below(path);
    const char *words[] = {full};
    say_words(getpid(), action, error, 1, words);
    free(full);
    return result;
}

/* The same for two paths. */
__attribute__((unused)) static long did_two(const char *action, long result, const char *from, const char *to) {
    int error = result < 0 ? errno : 0;
    char *full_from = from[0] == '/' ? strdup(from) : below(from);
    char *full_to = to[0] == '/' ? strdup(to) : below(to);
    const char *words[] = {full_from, full_to};
    say_words(getpid(), action, error, 2, words);
    free(full_from);
    free(full_to);
    return result;
}

/* The same for a symbolic link and what was written into it. */
__attribute__((unused)) static long did_link(long result, const char *path, const char *target) {
    int error = result < 0 ? errno : 0;
    char *full = below(path);
    const char *words[] = {full, target};
    say_words(getpid(), "symlink", error, 2, words);
    free(full);
    return result;
}

/* Ends the program: without this the rest says nothing. */
__attribute__((noreturn)) static void broken(const char *what) {
    fprintf(stderr, "oracle: %s: %s\n", what, strerror(errno));
    _exit(97);
}

/* Makes a file whose name is the process's own number: in the record it tells which process that is. */
static void introduce(void) {
    char name[40];
    sprintf(name, "who.%d", (int) getpid());
    int fd = openat(AT_FDCWD, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0) broken("introduce");
    did("introduce", 0, name);
    close(fd);
}

/* First thing in main: everything happens below the working directory. */
static void begin(void) {
    if (getcwd(root, sizeof root) == NULL) broken("getcwd");
    introduce();
}

/* Waits for a child and says how it ended: the status is the field after its number. */
__attribute__((unused)) static void reap(pid_t child) {
    int status = 0;
    if (waitpid(child, &status, 0) != child) broken("waitpid");
    char number[20];
    sprintf(number, "%d", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    const char *words[] = {number};
    say_words(child, WIFSIGNALED(status) ? "killed" : "exited", 0, 1, words);
}
