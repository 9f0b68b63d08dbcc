package dev.gleisner.adapters.linux.sys;

import java.util.List;

/**
 * A system call that a sensor may want to see, in both forms in which a program can make it: as one of x86_64 and as one
 * of i386 ({@code int 0x80}, which 64-bit programs can use as well). The arguments mean the same in both.
 *
 * @param name as the kernel calls it
 * @param action what it does
 * @param number of x86_64; -1 when there is none
 * @param numberI386 of i386; -1 when there is none
 * @param directory which argument is the descriptor that the first path is relative to; -1 when that is the working
 *     directory
 * @param path which argument points to the first path, or is the descriptor where the call is about an open file or a socket;
 *     -1 when there is none
 * @param directory2 the same as {@code directory} for the second path
 * @param path2 which argument points to the second path, to argument vectors or to an address; -1 when there is none
 * @param flags which argument holds flags, or the length of an address; -1 when there is none
 * @spec https://man7.org/linux/man-pages/man2/syscalls.2.html syscalls(2)
 */
public record TrappedCall(
        String name,
        Action action,
        int number,
        int numberI386,
        int directory,
        int path,
        int directory2,
        int path2,
        int flags) {

    /** What a call does. */
    public enum Action {
        /** Starts a program; the second path is the vector of arguments. */
        EXECUTE,
        /** Opens a file, with flags as an argument. */
        OPEN,
        /** Creates or truncates a file, and opens it. */
        CREATE,
        /** Opens a file; the flags argument points to {@code struct open_how}. */
        OPEN_HOW,
        /** Cuts a file off or lets it grow. */
        TRUNCATE,
        /** The same to an open file. */
        TRUNCATE_OPEN,
        /** Removes a name, of a file or with AT_REMOVEDIR of a directory. */
        REMOVE,
        /** Removes a directory. */
        REMOVE_DIRECTORY,
        /** Gives another name. */
        RENAME,
        /** Gives one more name. */
        LINK,
        /** Makes a symbolic link; the first path is its content. */
        LINK_SYMBOLICALLY,
        /** Makes a directory. */
        MAKE_DIRECTORY,
        /** Makes a file, device, fifo or socket. */
        MAKE_NODE,
        /** Changes mode, owner or times of a file with a name; without one, of the open file. */
        CHANGE_ATTRIBUTES,
        /** Changes mode or owner of an open file. */
        CHANGE_OPEN_ATTRIBUTES,
        /** Connects a socket. */
        CONNECT,
        /** Gives a socket an address. */
        BIND,
        /** Sends one message, with the address as an argument. */
        SEND,
        /** Sends one message; the second path is {@code struct msghdr}. */
        SEND_MESSAGE,
        /** Sends several; the second path is an array of {@code struct mmsghdr}, the flags are their number. */
        SEND_MESSAGES,
        /** One of i386's socket calls, whose number and arguments are in memory. */
        SOCKET_CALL,
        /** Opens a way past the calls that are listed here. */
        EVADE
    }

    /** Bits of open(2)'s flags of which one has to be set where a file can be changed, made, cut off or be nameless. */
    public static final int OPENS_TO_CHANGE = 03 | 0100 | 01000 | 020000000;

    /** All of them; those that are made most often come first. */
    public static final List<TrappedCall> ALL = List.of(
            new TrappedCall("openat", Action.OPEN, 257, 295, 0, 1, -1, -1, 2),
            new TrappedCall("open", Action.OPEN, 2, 5, -1, 0, -1, -1, 1),
            new TrappedCall("sendto", Action.SEND, 44, 369, -1, 0, -1, 4, 5),
            new TrappedCall("sendmsg", Action.SEND_MESSAGE, 46, 370, -1, 0, -1, 1, 2),
            new TrappedCall("execve", Action.EXECUTE, 59, 11, -1, 0, -1, 1, -1),
            new TrappedCall("execveat", Action.EXECUTE, 322, 358, 0, 1, -1, 2, 4),
            new TrappedCall("creat", Action.CREATE, 85, 8, -1, 0, -1, -1, -1),
            new TrappedCall("openat2", Action.OPEN_HOW, 437, 437, 0, 1, -1, -1, 2),
            new TrappedCall("truncate", Action.TRUNCATE, 76, 92, -1, 0, -1, -1, -1),
            new TrappedCall("truncate64", Action.TRUNCATE, -1, 193, -1, 0, -1, -1, -1),
            new TrappedCall("ftruncate", Action.TRUNCATE_OPEN, 77, 93, -1, 0, -1, -1, -1),
            new TrappedCall("ftruncate64", Action.TRUNCATE_OPEN, -1, 194, -1, 0, -1, -1, -1),
            new TrappedCall("unlink", Action.REMOVE, 87, 10, -1, 0, -1, -1, -1),
            new TrappedCall("unlinkat", Action.REMOVE, 263, 301, 0, 1, -1, -1, 2),
            new TrappedCall("rmdir", Action.REMOVE_DIRECTORY, 84, 40, -1, 0, -1, -1, -1),
            new TrappedCall("rename", Action.RENAME, 82, 38, -1, 0, -1, 1, -1),
            new TrappedCall("renameat", Action.RENAME, 264, 302, 0, 1, 2, 3, -1),
            new TrappedCall("renameat2", Action.RENAME, 316, 353, 0, 1, 2, 3, 4),
            new TrappedCall("link", Action.LINK, 86, 9, -1, 0, -1, 1, -1),
            new TrappedCall("linkat", Action.LINK, 265, 303, 0, 1, 2, 3, 4),
            new TrappedCall("symlink", Action.LINK_SYMBOLICALLY, 88, 83, -1, 0, -1, 1, -1),
            new TrappedCall("symlinkat", Action.LINK_SYMBOLICALLY, 266, 304, -1, 0, 1, 2, -1),
            new TrappedCall("mkdir", Action.MAKE_DIRECTORY, 83, 39, -1, 0, -1, -1, -1),
            new TrappedCall("mkdirat", Action.MAKE_DIRECTORY, 258, 296, 0, 1, -1, -1, -1),
            new TrappedCall("mknod", Action.MAKE_NODE, 133, 14, -1, 0, -1, -1, -1),
            new TrappedCall("mknodat", Action.MAKE_NODE, 259, 297, 0, 1, -1, -1, -1),
            new TrappedCall("chmod", Action.CHANGE_ATTRIBUTES, 90, 15, -1, 0, -1, -1, -1),
            new TrappedCall("fchmodat", Action.CHANGE_ATTRIBUTES, 268, 306, 0, 1, -1, -1, -1),
            new TrappedCall("fchmodat2", Action.CHANGE_ATTRIBUTES, 452, 452, 0, 1, -1, -1, 3),
            new TrappedCall("chown", Action.CHANGE_ATTRIBUTES, 92, 182, -1, 0, -1, -1, -1),
            new TrappedCall("chown32", Action.CHANGE_ATTRIBUTES, -1, 212, -1, 0, -1, -1, -1),
            new TrappedCall("lchown", Action.CHANGE_ATTRIBUTES, 94, 16, -1, 0, -1, -1, -1),
            new TrappedCall("lchown32", Action.CHANGE_ATTRIBUTES, -1, 198, -1, 0, -1, -1, -1),
            new TrappedCall("fchownat", Action.CHANGE_ATTRIBUTES, 260, 298, 0, 1, -1, -1, 4),
            new TrappedCall("fchmod", Action.CHANGE_OPEN_ATTRIBUTES, 91, 94, -1, 0, -1, -1, -1),
            new TrappedCall("fchown", Action.CHANGE_OPEN_ATTRIBUTES, 93, 95, -1, 0, -1, -1, -1),
            new TrappedCall("fchown32", Action.CHANGE_OPEN_ATTRIBUTES, -1, 207, -1, 0, -1, -1, -1),
            new TrappedCall("utime", Action.CHANGE_ATTRIBUTES, 132, 30, -1, 0, -1, -1, -1),
            new TrappedCall("utimes", Action.CHANGE_ATTRIBUTES, 235, 271, -1, 0, -1, -1, -1),
            new TrappedCall("futimesat", Action.CHANGE_ATTRIBUTES, 261, 299, 0, 1, -1, -1, -1),
            new TrappedCall("utimensat", Action.CHANGE_ATTRIBUTES, 280, 320, 0, 1, -1, -1, 3),
            new TrappedCall("utimensat_time64", Action.CHANGE_ATTRIBUTES, -1, 412, 0, 1, -1, -1, 3),
            new TrappedCall("connect", Action.CONNECT, 42, 362, -1, 0, -1, 1, 2),
            new TrappedCall("bind", Action.BIND, 49, 361, -1, 0, -1, 1, 2),
            new TrappedCall("sendmmsg", Action.SEND_MESSAGES, 307, 345, -1, 0, -1, 1, 2),
            new TrappedCall("socketcall", Action.SOCKET_CALL, -1, 102, -1, -1, -1, 1, 0),
            new TrappedCall("open_by_handle_at", Action.EVADE, 304, 342, -1, -1, -1, -1, -1),
            new TrappedCall("io_uring_setup", Action.EVADE, 425, 425, -1, -1, -1, -1, -1));
}
