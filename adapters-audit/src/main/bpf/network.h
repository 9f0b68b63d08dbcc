/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Sockets: who is connected to, what is bound, who was accepted, where datagrams go. */
#pragma once
#include "calls.h"

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define S_IFMT 0xf000
#define S_IFSOCK 0xc000
#define EINPROGRESS 115
#define MESSAGES 1024 /* sendmmsg takes no more */

/* sockaddr_in6, which is long enough for sockaddr_in too. */
struct address {
    u16 family;
    u16 port; /* big-endian */
    u32 flow_or_ipv4;
    struct in6_addr ipv6;
    u32 scope;
};

/* How a sockaddr_un begins: a name that is relative needs the working directory beside it. */
struct named {
    u16 family;
    u8 first;
    u8 second;
};

INLINE struct sock *socket_of(struct task_struct *task, u32 descriptor)
{
    struct file *file = file_of(task, descriptor);
    if (!file)
        return NULL;
    struct inode *inode = READ(file, f_inode);
    if ((READ(inode, i_mode) & S_IFMT) != S_IFSOCK)
        return NULL;
    struct socket *socket = READ(file, private_data);
    return READ(socket, sk);
}

INLINE struct scratch *begin_socket(u32 call, s32 error, struct sock *sock)
{
    struct scratch *out = begin(SOCKET, call, error);
    if (out && sock) {
        out->head.detail = (u32)READ(sock, __sk_common.skc_family) << 16 | READ(sock, sk_protocol);
        out->head.extra = READ(sock, sk_type);
    }
    return out;
}

/* The address in the caller's memory, as it stands there when the call has ended. */
ONCE int tell_address(u32 call, s32 error, u32 descriptor, u64 address, u32 length)
{
    struct scratch *out = begin_socket(call, error, socket_of(current_task(), descriptor));
    if (!out)
        return 0;
    add_user_bytes(out, 0, (void *)address, length, ADDRESS_ROOM);
    struct named named = {};
    read_user(&named, sizeof named, (void *)address);
    if (named.family == AF_UNIX && length > sizeof named.family && named.first && named.first != '/') {
        struct fs_struct *fs = current_task()->fs;
        add_path(1, (u64)READ(fs, pwd.mnt), (u64)READ(fs, pwd.dentry));
    }
    send();
    return 0;
}

/* The address in the kernel's own socket: the port that was given by bind(2) to port 0, or the other side. */
ONCE int tell_socket(u32 call, u64 address_of_sock, u32 other_side)
{
    struct sock *sock = (struct sock *)address_of_sock;
    struct scratch *out = begin_socket(call, 0, sock);
    if (!out)
        return 0;
    u32 used = out->used & (BODY_ROOM - 1);
    u16 family = READ(sock, __sk_common.skc_family);
    if (family == AF_UNIX) {
        struct unix_address *address = READ((struct unix_sock *)sock, addr);
        u32 length = address ? READ(address, len) : 0;
        if (length > ADDRESS_ROOM)
            length = ADDRESS_ROOM;
        /* struct unix_address ends with the sockaddr, right behind its length. */
        if (length && !read_kernel(&out->body[used], length, (void *)((u64)address + OFFSET(struct unix_address, len) + 4))) {
            out->head.length[0] = length;
            out->used = used + length;
        }
    } else if (family == AF_INET || family == AF_INET6) {
        struct address address = {.family = family};
        u16 own = READ(sock, __sk_common.skc_num);
        address.port = other_side ? READ(sock, __sk_common.skc_dport) : (u16)(own << 8 | own >> 8);
        if (family == AF_INET)
            address.flow_or_ipv4 =
                other_side ? READ(sock, __sk_common.skc_daddr) : READ(sock, __sk_common.skc_rcv_saddr);
        else if (other_side)
            address.ipv6 = READ(sock, __sk_common.skc_v6_daddr);
        else
            address.ipv6 = READ(sock, __sk_common.skc_v6_rcv_saddr);
        read_kernel(&out->body[used], sizeof address, &address);
        out->head.length[0] = sizeof address;
        out->used = used + sizeof address;
    }
    send();
    return 0;
}

/* The part of struct msghdr that says where to. */
struct message {
    u64 name;
    u32 length;
    u32 pad;
};

ONCE int tell_message(u32 call, s32 error, u32 descriptor, u64 header)
{
    struct message message = {};
    read_user(&message, sizeof message, (void *)header);
    if (message.name && message.length)
        tell_address(call, error, descriptor, message.name, message.length);
    return 0;
}

struct messages {
    u64 vector;
    u32 descriptor;
    u32 call;
    s32 error;
};

#define SIZE_OF_MMSGHDR 64

static long one_message(u64 index, struct messages *messages)
{
    tell_message(messages->call, messages->error, messages->descriptor, messages->vector + index * SIZE_OF_MMSGHDR);
    return 0;
}

INLINE void on_socket(struct task_struct *task, struct pt_regs *registers, u32 call, u8 action, s64 result)
{
    s32 error = result < 0 ? -result : 0;
    u32 descriptor = registers->di;
    if (action == ACCEPTS) {
        struct sock *sock = error ? NULL : socket_of(task, result);
        if (sock) /* a failed accept has no other side */
            tell_socket(call, (u64)sock, 1);
        return;
    }
    if (action == BINDS && !error) {
        struct sock *sock = socket_of(task, descriptor);
        u16 family = sock ? READ(sock, __sk_common.skc_family) : 0;
        if (family == AF_INET || family == AF_INET6) {
            tell_socket(call, (u64)sock, 0);
            return;
        }
    }
    if (action == CONNECTS || action == BINDS) {
        if (error == EINPROGRESS)
            error = 0; /* under way, as was asked for */
        tell_address(call, error, descriptor, registers->si, registers->dx);
    } else if (action == SENDS_TO) {
        if (registers->r8)
            tell_address(call, error, descriptor, registers->r8, registers->r9);
    } else if (action == SENDS) {
        tell_message(call, error, descriptor, registers->si);
    } else {
        struct messages messages = {
            .vector = registers->si,
            .descriptor = descriptor,
            .call = call,
            .error = error,
        };
        loop(error ? 1 : (u32)result & (2 * MESSAGES - 1), one_message, &messages, 0);
    }
}
