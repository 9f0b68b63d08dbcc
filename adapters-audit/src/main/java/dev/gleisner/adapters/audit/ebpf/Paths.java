package dev.gleisner.adapters.audit.ebpf;

import java.util.Arrays;

/**
 * Joins the path of a directory, as the kernel walked it, with a name that a program gave. {@code .}, empty components
 * and trailing slashes go away. {@code ..} takes a component away only where that is sure: while nothing of the name has
 * been added, for the directory's path has no symbolic links. After a component of the name it stays, because that
 * component may be a symbolic link.
 */
final class Paths {
    private static final byte[] UNREACHABLE = {'(', 'u', 'n', 'r', 'e', 'a', 'c', 'h', 'a', 'b', 'l', 'e', ')'};

    private byte[] bytes = new byte[1 << 14];
    private int length;

    /** The joined path is here, from 0 on, until the next one. */
    byte[] bytes() {
        return bytes;
    }

    /** Length of the joined path. */
    int length() {
        return length;
    }

    /**
     * Joins; the result begins with a slash, or with {@code (unreachable)}.
     *
     * @param from holds both parts
     */
    Paths join(byte[] from, int directory, int directoryLength, int name, int nameLength, boolean unreachable) {
        int room = UNREACHABLE.length + directoryLength + nameLength + 2;
        if (bytes.length < room) {
            bytes = Arrays.copyOf(bytes, room);
        }
        length = 0;
        if (unreachable) {
            System.arraycopy(UNREACHABLE, 0, bytes, 0, UNREACHABLE.length);
            length = UNREACHABLE.length;
        }
        int start = length;
        int root = start;
        System.arraycopy(from, directory, bytes, length, directoryLength);
        length += directoryLength;
        int sure = length; // up to here there is no symbolic link
        int end = name + nameLength;
        if (nameLength > 0 && from[name] == '/') {
            root = length; // in a chroot nothing leads above its root
        }
        for (int at = name; at < end; ) {
            int stop = at;
            while (stop < end && from[stop] != '/') {
                stop++;
            }
            int size = stop - at;
            if (size == 2 && from[at] == '.' && from[at + 1] == '.' && length == sure) {
                while (length > root && bytes[length - 1] != '/') {
                    length--;
                }
                length = Math.max(root, length - 1);
                sure = length;
            } else if (size > 1 || size == 1 && from[at] != '.') {
                bytes[length++] = '/';
                System.arraycopy(from, at, bytes, length, size);
                length += size;
            }
            at = stop + 1;
        }
        if (length == start) {
            bytes[length++] = '/';
        }
        return this;
    }
}
