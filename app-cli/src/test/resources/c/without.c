/*
 * Takes system calls away and then runs a program: without NUMBER:ERRNO ... -- COMMAND
 * NUMBER may be "userns": then clone(2) and unshare(2) with CLONE_NEWUSER, and clone3(2), fail with ERRNO.
 * So does a host look that lacks a feature.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NR offsetof(struct seccomp_data, nr)
#define ARG0 offsetof(struct seccomp_data, args[0])

static struct sock_filter code[512];
static unsigned short length;

static void emit(unsigned short op, unsigned char jt, unsigned char jf, unsigned int k) {
    code[length++] = (struct sock_filter){op, jt, jf, k};
}

static void refuse(unsigned int nr, unsigned int error) {
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, nr);
    emit(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error);
}

static void refuse_flag(unsigned int nr, unsigned int flag, unsigned int error) {
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 4, nr);
    emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, ARG0);
    emit(BPF_JMP | BPF_JSET | BPF_K, 0, 1, flag);
    emit(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | error);
    emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, NR);
}

int main(int argc, char **argv) {
    int i = 1;
    emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, NR);
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        char *colon = strchr(argv[i], ':');
        if (colon == NULL) {
            fprintf(stderr, "without: %s is no NUMBER:ERRNO\n", argv[i]);
            return 2;
        }
        unsigned int error = (unsigned int) atoi(colon + 1);
        if (strncmp(argv[i], "userns", 6) == 0) {
            refuse_flag(SYS_clone, 0x10000000u, error);
            refuse_flag(SYS_unshare, 0x10000000u, error);
            refuse(SYS_clone3, ENOSYS);
        } else {
            refuse((unsigned int) atoi(argv[i]), error);
        }
    }
    emit(BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
    if (i + 1 >= argc) {
        fprintf(stderr, "without: no command\n");
        return 2;
    }
    struct sock_fprog program = {length, code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("without: prctl");
        return 2;
    }
    execvp(argv[i + 1], argv + i + 1);
    perror("without: exec");
    return 2;
}
