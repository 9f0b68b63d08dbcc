package dev.gleisner.adapters.linux.tape;

import java.util.List;

/**
 * Constants and structures of the kernel's headers that tapes are made of. Plain values: the generated bindings would
 * link natives on first touch.
 */
final class Abi {
    static final Arg.Named AT_FDCWD = new Arg.Named(-100, "AT_FDCWD");
    static final Arg.Named NULL = new Arg.Named(0, "NULL");
    static final Arg.Plain ZERO = new Arg.Plain(0);
    static final Arg.Text EMPTY = new Arg.Text("");

    static final Arg.Named O_PATH = new Arg.Named(010000000 | 02000000, "O_PATH|O_CLOEXEC");
    static final Arg.Named O_WRONLY = new Arg.Named(1 | 02000000, "O_WRONLY|O_CLOEXEC");
    static final Arg.Named O_RDONLY = new Arg.Named(02000000, "O_RDONLY|O_CLOEXEC");
    static final Arg.Named O_CREATE = new Arg.Named(1 | 0100 | 0200 | 02000000, "O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC");

    /** OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC, AT_EMPTY_PATH, AT_RECURSIVE; open_tree(2), Linux 5.2. */
    static final Arg.Named CLONE_TREE = new Arg.Named(
            1 | 02000000 | 0x1000 | 0x8000, "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH|AT_RECURSIVE");

    /** The same for one mount. */
    static final Arg.Named CLONE_MOUNT = new Arg.Named(1 | 02000000, "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC");

    static final Arg.Named EMPTY_PATH_RECURSIVE = new Arg.Named(0x1000 | 0x8000, "AT_EMPTY_PATH|AT_RECURSIVE");
    static final Arg.Named EMPTY_PATH = new Arg.Named(0x1000, "AT_EMPTY_PATH");
    static final Arg.Named RECURSIVE = new Arg.Named(0x8000, "AT_RECURSIVE");
    static final Arg.Named FROM_EMPTY = new Arg.Named(4, "MOVE_MOUNT_F_EMPTY_PATH");
    static final Arg.Named BOTH_EMPTY = new Arg.Named(4 | 0x40, "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH");
    static final Arg.Named FSOPEN_CLOEXEC = new Arg.Named(1, "FSOPEN_CLOEXEC");
    static final Arg.Named FSMOUNT_CLOEXEC = new Arg.Named(1, "FSMOUNT_CLOEXEC");
    static final Arg.Named FSCONFIG_SET_FLAG = new Arg.Named(0, "FSCONFIG_SET_FLAG");
    static final Arg.Named FSCONFIG_SET_STRING = new Arg.Named(1, "FSCONFIG_SET_STRING");
    static final Arg.Named FSCONFIG_CMD_CREATE = new Arg.Named(6, "FSCONFIG_CMD_CREATE");
    static final Arg.Named MNT_DETACH = new Arg.Named(2, "MNT_DETACH");
    static final Arg.Named REGULAR_0444 = new Arg.Named(0100444, "S_IFREG|0444");

    static final long MOUNT_ATTR_RDONLY = 1;
    static final long MOUNT_ATTR_NOSUID = 2;
    static final long MOUNT_ATTR_NODEV = 4;
    static final long MOUNT_ATTR_NOEXEC = 8;
    private static final int MS_PRIVATE = 1 << 18;

    /** open_how that stays below the directory it starts from, and follows links as if that were the root. */
    static final Arg.Struct HOW_IN_ROOT = openHow(0x10, "RESOLVE_IN_ROOT");

    /** open_how that refuses every symbolic link. */
    static final Arg.Struct HOW_NO_SYMLINKS = openHow(0x04, "RESOLVE_NO_SYMLINKS");

    static final Arg.Plain HOW_SIZE = new Arg.Plain(24);
    static final Arg.Plain MOUNT_ATTR_SIZE = new Arg.Plain(32);

    static final Arg.Named NOSUID_NODEV = attributes(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    static final Arg.Named NOSUID_NODEV_NOEXEC = attributes(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    static final Arg.Named RDONLY_NOSUID_NODEV_NOEXEC =
            attributes(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    static final Arg.Named NOSUID_NOEXEC = attributes(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);

    /** What a read-only bind gets, and all below it. */
    static final Arg.Struct SET_READ_ONLY = mountAttr(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, true);

    /** What a writable bind gets, and all below it. */
    static final Arg.Struct SET_WRITABLE = mountAttr(MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, true);

    /** What a device node's mount gets: the device works, its inode cannot be changed. */
    static final Arg.Struct SET_DEVICE = mountAttr(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, true);

    /** No mount of the host's finds its way in, none of ours out. */
    static final Arg.Struct SET_PRIVATE = mountAttr(0, true);

    private Abi() {}

    private static Arg.Struct openHow(long resolve, String name) {
        StructBytes how = new StructBytes(24).putLong(0, O_PATH.value()).putLong(16, resolve);
        return new Arg.Struct(how.bytes(), "{flags=" + O_PATH.name() + ", resolve=" + name + "}");
    }

    private static Arg.Struct mountAttr(long set, boolean makePrivate) {
        StructBytes attr = new StructBytes(32).putLong(0, set).putLong(16, makePrivate ? MS_PRIVATE : 0);
        StringBuilder printed = new StringBuilder("{");
        if (set != 0) {
            printed.append("attr_set=").append(attributes(set).name());
        }
        if (makePrivate) {
            printed.append(set == 0 ? "" : ", ").append("propagation=MS_PRIVATE");
        }
        return new Arg.Struct(attr.bytes(), printed.append('}').toString());
    }

    /** struct sock_fprog of {@code instructions} at {@code filter}. */
    static Arg.Struct filter(int instructions, Arg.Struct filter) {
        return new Arg.Struct(
                new StructBytes(16).putInt(0, instructions).bytes(),
                "{len=" + instructions + ", filter=...}",
                List.of(new Arg.Pointer(8, filter)),
                List.of());
    }

    static Arg.Named attributes(long set) {
        StringBuilder names = new StringBuilder();
        append(names, set, MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY");
        append(names, set, MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID");
        append(names, set, MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV");
        append(names, set, MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC");
        return new Arg.Named(set, names.toString());
    }

    /** Appends {@code name} when {@code bit} is in {@code set}. */
    static void append(StringBuilder names, long set, long bit, String name) {
        if ((set & bit) != 0) {
            names.append(names.isEmpty() ? "" : "|").append(name);
        }
    }
}
