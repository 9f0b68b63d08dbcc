/*
 * Runs a command on a new terminal: pty ROWS COLUMNS COMMAND...
 * What comes in on standard input is typed on it; what it shows goes to standard output. SIGUSR1 resizes it to 50x132.
 * At the end "terminal restored" or "terminal CHANGED" goes to standard error; the status is the command's.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int master;

static void resize(int number) {
    struct winsize size = {.ws_row = 50, .ws_col = 132};
    (void) number;
    ioctl(master, TIOCSWINSZ, &size);
}

static int same(const struct termios *a, const struct termios *b) {
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag
        && a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    struct winsize size = {.ws_row = (unsigned short) atoi(argv[1]), .ws_col = (unsigned short) atoi(argv[2])};
    struct termios before, after;
    int slave;
    if (openpty(&master, &slave, NULL, NULL, &size) != 0) { perror("pty: openpty"); return 2; }
    tcgetattr(slave, &before);
    signal(SIGUSR1, resize);
    signal(SIGPIPE, SIG_IGN);
    pid_t child = fork();
    if (child == 0) {
        close(master);
        setsid();
        ioctl(slave, TIOCSCTTY, 0);
        dup2(slave, 0);
        dup2(slave, 1);
        dup2(slave, 2);
        if (slave > 2) close(slave);
        signal(SIGPIPE, SIG_DFL);
        execvp(argv[3], argv + 3);
        perror("pty: exec");
        _exit(127);
    }
    int status = 0, ended = 0, quiet = 0;
    struct pollfd fds[2] = {{.fd = master, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    while (!ended || quiet < 3) {
        char buffer[4096];
        int ready = poll(fds, 2, 50);
        if (ready < 0 && errno != EINTR) break;
        if (ready > 0 && (fds[0].revents & POLLIN)) {
            ssize_t count = read(master, buffer, sizeof buffer);
            if (count > 0 && write(1, buffer, (size_t) count) < 0) break;
            quiet = 0;
        } else if (ended) {
            quiet++;
        }
        if (ready > 0 && (fds[1].revents & (POLLIN | POLLHUP))) {
            ssize_t count = read(0, buffer, sizeof buffer);
            if (count <= 0) fds[1].fd = -1;
            else if (write(master, buffer, (size_t) count) < 0) break;
        }
        if (!ended && waitpid(child, &status, WNOHANG) == child) ended = 1;
    }
    tcgetattr(slave, &after);
    fprintf(stderr, "terminal %s\n", same(&before, &after) ? "restored" : "CHANGED");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
