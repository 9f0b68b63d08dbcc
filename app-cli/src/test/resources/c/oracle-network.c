/* Connections, addresses of one's own, messages: oracle-network */
#include "oracle.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

/* ADDRESS is as the log writes it; a number that cannot be known before is filled in by the caller. */
static void talked(const char *action, long result, const char *protocol, const char *address) {
    const char *words[] = {protocol, address};
    say_words(getpid(), action, result < 0 ? errno : 0, 2, words);
}

static struct sockaddr_in four(const char *host, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) port)};
    inet_pton(AF_INET, host, &address.sin_addr);
    return address;
}

static struct sockaddr_in6 six(const char *host, int port) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t) port)};
    inet_pton(AF_INET6, host, &address.sin6_addr);
    return address;
}

static int stream(int family) {
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) broken("socket");
    struct timeval soon = {.tv_sec = 1};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon);
    return fd;
}

static void connect_four(const char *host, int port) {
    struct sockaddr_in address = four(host, port);
    char text[80];
    sprintf(text, "%s:%d", host, port);
    int fd = stream(AF_INET);
    talked("connect", connect(fd, (struct sockaddr *) &address, sizeof address), "tcp", text);
    close(fd);
}

static void tcp(void) {
    connect_four("127.0.0.1", 1);
    connect_four("203.0.113.77", 443);
    struct sockaddr_in6 there = six("2001:db8::77", 443);
    int fd = stream(AF_INET6);
    talked("connect", connect(fd, (struct sockaddr *) &there, sizeof there), "tcp", "[2001:db8::77]:443");
    close(fd);
    there = six("::1", 1);
    fd = stream(AF_INET6);
    talked("connect", connect(fd, (struct sockaddr *) &there, sizeof there), "tcp", "[::1]:1");
    close(fd);
    int listener = stream(AF_INET);
    int one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in here = four("127.0.0.1", 42571);
    talked("bind", bind(listener, (struct sockaddr *) &here, sizeof here), "tcp", "127.0.0.1:42571");
    if (listen(listener, 1) == 0) connect_four("127.0.0.1", 42571);
    int taken = stream(AF_INET);
    talked("bind", bind(taken, (struct sockaddr *) &here, sizeof here), "tcp", "127.0.0.1:42571");
    close(taken);
    close(listener);
}

static void udp(void) {
    struct sockaddr_in there = four("127.0.0.1", 9), here = four("127.0.0.1", 42572);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    talked("bind", bind(fd, (struct sockaddr *) &here, sizeof here), "udp", "127.0.0.1:42572");
    talked("send", sendto(fd, "x", 1, 0, (struct sockaddr *) &there, sizeof there), "udp", "127.0.0.1:9");
    struct sockaddr_in other = four("127.0.0.1", 19);
    struct iovec bytes = {.iov_base = "yz", .iov_len = 2};
    struct msghdr message = {.msg_name = &other, .msg_namelen = sizeof other, .msg_iov = &bytes, .msg_iovlen = 1};
    talked("send", sendmsg(fd, &message, 0), "udp", "127.0.0.1:19");
    struct sockaddr_in third = four("127.0.0.1", 29);
    struct mmsghdr several[1] = {{.msg_hdr = message}};
    several[0].msg_hdr.msg_name = &third;
    talked("send", sendmmsg(fd, several, 1, 0), "udp", "127.0.0.1:29");
    close(fd);
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    there = four("127.0.0.1", 39);
    talked("connect", connect(fd, (struct sockaddr *) &there, sizeof there), "udp", "127.0.0.1:39");
    close(fd);
}

static socklen_t named(struct sockaddr_un *address, const char *name) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (name[0] == '@') {
        strcpy(address->sun_path + 1, name + 1);
        return (socklen_t) (offsetof(struct sockaddr_un, sun_path) + strlen(name));
    }
    strcpy(address->sun_path, name);
    return sizeof *address;
}

static void local(void) {
    struct sockaddr_un address;
    char *path = below("socket");
    int listener = stream(AF_UNIX);
    socklen_t length = named(&address, "socket");
    talked("bind", bind(listener, (struct sockaddr *) &address, length), "unix", path);
    int fd = stream(AF_UNIX);
    talked("connect", connect(fd, (struct sockaddr *) &address, length), "unix", path);
    if (listen(listener, 1) == 0) {
        talked("connect", connect(fd, (struct sockaddr *) &address, length), "unix", path);
    }
    close(fd);
    close(listener);
    did("unlink", unlink("socket"), "socket");
    char name[60];
    sprintf(name, "@oracle-%d", (int) getpid());
    listener = stream(AF_UNIX);
    length = named(&address, name);
    talked("bind", bind(listener, (struct sockaddr *) &address, length), "unix", name);
    fd = stream(AF_UNIX);
    talked("connect", connect(fd, (struct sockaddr *) &address, length), "unix", name);
    close(fd);
    close(listener);
    free(path);
}

int main(void) {
    begin();
    tcp();
    udp();
    local();
    return 0;
}
