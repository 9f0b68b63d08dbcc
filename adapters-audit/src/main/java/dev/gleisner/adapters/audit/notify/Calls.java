package dev.gleisner.adapters.audit.notify;

import dev.gleisner.adapters.audit.notify.Places.Found;
import dev.gleisner.adapters.audit.text.Addresses;
import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.KernelCalls;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.TrappedCall;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.PathText;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what a call that waits would do. Of some calls it is plain that they will fail; see {@link #errno}. */
final class Calls {
    /** A path that the kernel takes, with its NUL. */
    private static final int PATH_MAX = 4096;

    /** So many arguments of a program are kept. */
    static final int MOST_ARGUMENTS = 4096;

    /** So many bytes of all arguments of a program are kept. */
    static final int MOST_ARGUMENT_BYTES = 128 * 1024;

    private static final int MOST_MESSAGES = 1024;
    private static final int ADDRESS = 128;

    private static final int AT_FDCWD = -100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int O_ACCMODE = 3;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_TRUNC = 01000;
    private static final int O_NOFOLLOW = 0400000;
    private static final int O_PATH = 010000000;
    private static final int O_TMPFILE_BIT = 020000000;
    private static final int MSG_FASTOPEN = 0x20000000;
    private static final int RENAME_NOREPLACE = 1;
    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_PROTOCOL = 38;
    private static final int SO_DOMAIN = 39;

    private final KernelCalls kernel;
    private final Listener listener;
    private final Memory memory;
    private final Places places;
    private final Processes processes;
    private final Tally tally;
    private final boolean reads;
    private final @Nullable TrappedCall[] native64 = new TrappedCall[512];
    private final @Nullable TrappedCall[] native32 = new TrappedCall[512];
    private final byte[] path = new byte[PATH_MAX];
    private final byte[] path2 = new byte[PATH_MAX];
    private final byte[] argument = new byte[MOST_ARGUMENT_BYTES];
    private final byte[] small = new byte[64];
    private final byte[] address = new byte[ADDRESS];
    private final MemorySegment option;
    private final List<Event> events = new ArrayList<>(4);
    private int errno;
    private boolean truncated;

    Calls(
            KernelCalls kernel,
            Listener listener,
            Memory memory,
            Places places,
            Processes processes,
            Tally tally,
            boolean reads) {
        this.kernel = kernel;
        this.listener = listener;
        this.memory = memory;
        this.places = places;
        this.processes = processes;
        this.tally = tally;
        this.reads = reads;
        option = kernel.arena().allocate(8, 8);
        for (TrappedCall call : TrappedCall.ALL) {
            if (call.number() >= 0) {
                native64[call.number()] = call;
            }
            if (call.numberI386() >= 0) {
                native32[call.numberI386()] = call;
            }
        }
    }

    /** What the call that was looked at would do; often one event, sometimes none or several. */
    List<Event> events() {
        return events;
    }

    /** Why it will fail; 0 when that is not known. */
    int errno() {
        return errno;
    }

    /** Whether something of the events is cut off. */
    boolean truncated() {
        return truncated || places.cut();
    }

    /** Looks at the call that the listener received last. */
    void look(Processes.Seen process) {
        events.clear();
        errno = 0;
        truncated = false;
        memory.look(listener.thread());
        places.look(listener.thread());
        TrappedCall call = (listener.i386() ? native32 : native64)[listener.number()];
        if (call == null) {
            throw new IllegalStateException("call " + listener.number() + " is not one that waits");
        }
        switch (call.action()) {
            case EXECUTE -> execute(call, process);
            case OPEN -> open(call, (int) listener.argument(call.flags()));
            case CREATE -> open(call, 1 | O_CREAT | O_TRUNC);
            case OPEN_HOW -> {
                int failed = memory.read(listener.argument(call.flags()), small, 8);
                if (readable(failed)) {
                    open(call, (int) int64(small, 0));
                }
            }
            case TRUNCATE -> existing(call, true, Kind.WRITTEN);
            case REMOVE ->
                remove(
                        call,
                        call.flags() >= 0 && (listener.argument(call.flags()) & AT_REMOVEDIR) != 0
                                ? Kind.DIRECTORY_DELETED
                                : Kind.DELETED);
            case REMOVE_DIRECTORY -> remove(call, Kind.DIRECTORY_DELETED);
            case RENAME -> rename(call);
            case LINK -> link(call);
            case LINK_SYMBOLICALLY -> symlink(call);
            case MAKE_DIRECTORY -> make(call, Kind.DIRECTORY_CREATED);
            case MAKE_NODE -> make(call, Kind.CREATED);
            case CHANGE_ATTRIBUTES -> attributes(call);
            case CHANGE_OPEN_ATTRIBUTES -> descriptor((int) listener.argument(call.path()), Kind.ATTRIBUTES);
            case TRUNCATE_OPEN -> descriptor((int) listener.argument(call.path()), Kind.WRITTEN);
            case CONNECT, BIND, SEND ->
                socket(
                        call.action(),
                        process,
                        (int) listener.argument(call.path()),
                        listener.argument(call.path2()),
                        listener.argument(call.flags()),
                        call.action() == TrappedCall.Action.SEND ? (int) listener.argument(3) : 0);
            case SEND_MESSAGE ->
                message(process, (int) listener.argument(call.path()), listener.argument(call.path2()), (int)
                        listener.argument(call.flags()));
            case SEND_MESSAGES -> messages(call, process);
            case SOCKET_CALL -> socketCall(call, process);
            case EVADE -> tally.evasions++;
        }
    }

    // ---- files

    private enum Kind {
        READ,
        WRITTEN,
        CREATED,
        DELETED,
        ATTRIBUTES,
        DIRECTORY_CREATED,
        DIRECTORY_DELETED
    }

    /** An event about the path that was found last. */
    private void found(Kind kind) {
        if (places.length() == 0) {
            tally.nameless++;
            return;
        }
        String text = text();
        events.add(
                switch (kind) {
                    case READ -> new Event.FileRead(text);
                    case WRITTEN -> new Event.FileWritten(text);
                    case CREATED -> new Event.FileCreated(text);
                    case DELETED -> new Event.FileDeleted(text);
                    case ATTRIBUTES -> new Event.AttributesChanged(text);
                    case DIRECTORY_CREATED -> new Event.DirectoryCreated(text);
                    case DIRECTORY_DELETED -> new Event.DirectoryDeleted(text);
                });
    }

    private String text() {
        return PathText.decode(places.bytes(), 0, places.length());
    }

    private int directory(int index) {
        return index < 0 ? AT_FDCWD : (int) listener.argument(index);
    }

    /** Reads a path; its length, or a negative number when there is none, which is counted then. */
    private int path(int index, byte[] into) {
        int size = memory.string(listener.argument(index), into, 0, PATH_MAX - 1);
        if (!readable(size)) {
            return -1;
        }
        if (size == PATH_MAX) {
            tally.tooLong++;
            return -1;
        }
        return size;
    }

    private boolean readable(int result) {
        if (result >= 0) {
            return true;
        }
        if (result == -Errno.EPERM) {
            tally.forbidden++;
        } else {
            tally.unreadable++;
        }
        return false;
    }

    private void open(TrappedCall call, int flags) {
        boolean changes = (flags & TrappedCall.OPENS_TO_CHANGE) != 0;
        if ((flags & O_PATH) != 0 || !changes && !reads) {
            return;
        }
        int size = path(call.path(), path);
        if (size < 0) {
            return;
        }
        int directory = directory(call.directory());
        if (size == 0) {
            tally.absent++;
            return;
        }
        if ((flags & O_TMPFILE_BIT) != 0) {
            tally.nameless++; // if it gets a name, that is seen
            return;
        }
        boolean creates = (flags & O_CREAT) != 0;
        boolean alone = creates && (flags & O_EXCL) != 0;
        Found found = alone
                ? places.entry(directory, path, size)
                : places.open(directory, path, size, (flags & O_NOFOLLOW) == 0, creates);
        boolean writes = (flags & (O_ACCMODE | O_TRUNC)) != 0;
        switch (found) {
            case NOWHERE -> tally.absent++;
            case ABSENT -> {
                if (creates) {
                    found(Kind.CREATED);
                } else {
                    tally.absent++;
                }
            }
            case THERE, UNKNOWN -> {
                if (alone) {
                    errno = found == Found.THERE ? Errno.EEXIST : 0;
                    found(Kind.CREATED);
                } else if (writes) {
                    found(Kind.WRITTEN);
                } else if (reads) {
                    found(Kind.READ);
                }
            }
        }
    }

    /** A call on a file that has to be there. */
    private void existing(TrappedCall call, boolean follow, Kind kind) {
        int size = path(call.path(), path);
        if (size < 0) {
            return;
        }
        Found found = size == 0 ? Found.NOWHERE : places.open(directory(call.directory()), path, size, follow, false);
        if (found == Found.NOWHERE || found == Found.ABSENT) {
            tally.absent++;
        } else {
            found(kind);
        }
    }

    /** A call on an open file. */
    private void descriptor(int number, Kind kind) {
        Found found = number == AT_FDCWD ? places.workingDirectory() : places.descriptor(number);
        if (found == Found.THERE) {
            found(kind);
        } else {
            tally.nameless++;
        }
    }

    private void attributes(TrappedCall call) {
        int flags = call.flags() < 0 ? 0 : (int) listener.argument(call.flags());
        if (listener.argument(call.path()) == 0 && call.directory() >= 0) {
            descriptor(directory(call.directory()), Kind.ATTRIBUTES);
            return;
        }
        if ((flags & AT_EMPTY_PATH) != 0 && path(call.path(), path) == 0) {
            descriptor(directory(call.directory()), Kind.ATTRIBUTES);
            return;
        }
        boolean follow = (flags & AT_SYMLINK_NOFOLLOW) == 0 && !call.name().startsWith("lchown");
        existing(call, follow, Kind.ATTRIBUTES);
    }

    private void remove(TrappedCall call, Kind kind) {
        int size = path(call.path(), path);
        if (size < 0) {
            return;
        }
        Found found = size == 0 ? Found.NOWHERE : places.entry(directory(call.directory()), path, size);
        if (found == Found.NOWHERE || found == Found.ABSENT) {
            tally.absent++;
        } else {
            found(kind);
        }
    }

    private void make(TrappedCall call, Kind kind) {
        int size = path(call.path(), path);
        if (size < 0) {
            return;
        }
        Found found = size == 0 ? Found.NOWHERE : places.entry(directory(call.directory()), path, size);
        if (found == Found.NOWHERE) {
            tally.absent++;
            return;
        }
        errno = found == Found.THERE ? Errno.EEXIST : 0;
        found(kind);
    }

    private void rename(TrappedCall call) {
        int size = path(call.path(), path);
        int size2 = size < 0 ? -1 : path(call.path2(), path2);
        if (size2 < 0) {
            return;
        }
        Found from = size == 0 ? Found.NOWHERE : places.entry(directory(call.directory()), path, size);
        if (from == Found.NOWHERE || from == Found.ABSENT) {
            tally.absent++;
            return;
        }
        String old = text();
        Found to = size2 == 0 ? Found.NOWHERE : places.entry(directory(call.directory2()), path2, size2);
        if (to == Found.NOWHERE) {
            tally.absent++;
            return;
        }
        boolean replaces = call.flags() < 0 || (listener.argument(call.flags()) & RENAME_NOREPLACE) == 0;
        errno = to == Found.THERE && !replaces ? Errno.EEXIST : 0;
        pair(old, new Event.FileRenamed(old, text()));
    }

    private void link(TrappedCall call) {
        int size = path(call.path(), path);
        int size2 = size < 0 ? -1 : path(call.path2(), path2);
        if (size2 < 0) {
            return;
        }
        int flags = call.flags() < 0 ? 0 : (int) listener.argument(call.flags());
        Found from;
        if (size == 0) {
            from = (flags & AT_EMPTY_PATH) == 0 ? Found.NOWHERE : places.descriptor(directory(call.directory()));
        } else if ((flags & AT_SYMLINK_FOLLOW) != 0) {
            from = places.open(directory(call.directory()), path, size, true, false);
        } else {
            from = places.entry(directory(call.directory()), path, size);
        }
        if (from == Found.NOWHERE || from == Found.ABSENT) {
            tally.absent++;
            return;
        }
        String old = text();
        Found to = size2 == 0 ? Found.NOWHERE : places.entry(directory(call.directory2()), path2, size2);
        if (to == Found.NOWHERE) {
            tally.absent++;
            return;
        }
        errno = to == Found.THERE ? Errno.EEXIST : 0;
        pair(old, new Event.FileLinked(old, text()));
    }

    private void pair(String old, Event event) {
        if (old.isEmpty() || places.length() == 0) {
            tally.nameless++;
        } else {
            events.add(event);
        }
    }

    private void symlink(TrappedCall call) {
        int size = path(call.path(), path);
        int size2 = size < 0 ? -1 : path(call.path2(), path2);
        if (size2 < 0) {
            return;
        }
        Found found = size2 == 0 ? Found.NOWHERE : places.entry(directory(call.directory2()), path2, size2);
        if (size == 0 || found == Found.NOWHERE) {
            tally.absent++;
            return;
        }
        errno = found == Found.THERE ? Errno.EEXIST : 0;
        if (places.length() == 0) {
            tally.nameless++;
        } else {
            events.add(new Event.SymbolicLinkCreated(text(), PathText.decode(path, 0, size)));
        }
    }

    // ---- programs

    private void execute(TrappedCall call, Processes.Seen process) {
        int size = path(call.path(), path);
        if (size < 0) {
            return;
        }
        int directory = directory(call.directory());
        int flags = call.flags() < 0 ? 0 : (int) listener.argument(call.flags());
        if (size == 0 && (flags & AT_EMPTY_PATH) == 0) {
            tally.absent++;
            return;
        }
        Found found = size == 0
                ? places.descriptor(directory)
                : places.open(directory, path, size, (flags & AT_SYMLINK_NOFOLLOW) == 0, false);
        if (found == Found.NOWHERE || found == Found.ABSENT) {
            tally.absent++; // a look-up along PATH
            return;
        }
        String executable = places.length() == 0 ? PathText.decode(path, 0, size) : text();
        int mode = places.mode(directory, path, size);
        if (mode >= 0 && ((mode & S_IFMT) != S_IFREG || (mode & 0111) == 0)) {
            errno = Errno.EACCES;
        }
        List<String> argv = arguments(listener.argument(call.path2()));
        String where = places.workingDirectory() == Found.THERE ? text() : "";
        events.add(new Event.ProcessExec(processes.parent(process), executable, argv, truncated, where));
    }

    private List<String> arguments(long vector) {
        List<String> argv = new ArrayList<>();
        int width = listener.i386() ? 4 : 8;
        int used = 0;
        if (vector == 0) {
            return argv;
        }
        // Pointers first, then the strings: each kind lies together, and memory is read page by page.
        long[] pointers = new long[16];
        int count = 0;
        while (true) {
            int failed = memory.read(vector + (long) width * count, small, width);
            if (!readable(failed)) {
                truncated = true;
                break;
            }
            long pointer = width == 8 ? int64(small, 0) : int64(small, 0) & 0xffff_ffffL;
            if (pointer == 0) {
                break;
            }
            if (count == MOST_ARGUMENTS) {
                truncated = true;
                break;
            }
            if (count == pointers.length) {
                pointers = java.util.Arrays.copyOf(pointers, 2 * count);
            }
            pointers[count++] = pointer;
        }
        for (int i = 0; i < count; i++) {
            int most = MOST_ARGUMENT_BYTES - used;
            int size = memory.string(pointers[i], argument, 0, most);
            if (!readable(size)) {
                truncated = true;
                break;
            }
            argv.add(PathText.decode(argument, 0, Math.min(size, most)));
            used += size;
            if (size > most) {
                truncated = true;
                break;
            }
        }
        return argv;
    }

    // ---- sockets

    private void socket(
            TrappedCall.Action action, Processes.Seen process, int socket, long pointer, long length, int flags) {
        if (pointer == 0 || length < 2 || length > ADDRESS) {
            return; // the kernel takes no such address
        }
        int size = (int) length;
        if (!readable(memory.read(pointer, address, size))) {
            return;
        }
        int family = Addresses.family(address, 0);
        if (family == Addresses.AF_UNSPEC) {
            return; // lets go of an address
        }
        String protocol = protocol(process, socket, family);
        String text = family == Addresses.AF_UNIX && size > 2 && address[2] != 0
                ? local(size)
                : Addresses.text(address, 0, size);
        boolean opens = action == TrappedCall.Action.CONNECT || (flags & MSG_FASTOPEN) != 0;
        events.add(
                action == TrappedCall.Action.BIND
                        ? new Event.NetworkBind(protocol, text)
                        : opens ? new Event.NetworkConnect(protocol, text) : new Event.NetworkSend(protocol, text));
    }

    private String local(int size) {
        int end = 2;
        while (end < size && address[end] != 0) {
            path[end - 2] = address[end++];
        }
        Found found = places.entry(AT_FDCWD, path, end - 2);
        return found == Found.NOWHERE || places.length() == 0 ? PathText.decode(path, 0, end - 2) : text();
    }

    private void message(Processes.Seen process, int socket, long header, int flags) {
        boolean i386 = listener.i386();
        if (!readable(memory.read(header, small, i386 ? 8 : 16))) {
            return;
        }
        // struct msghdr {void *msg_name; socklen_t msg_namelen; …}
        long pointer = i386 ? int64(small, 0) & 0xffff_ffffL : int64(small, 0);
        long length = int64(small, i386 ? 4 : 8) & 0xffff_ffffL;
        if (pointer != 0) {
            socket(TrappedCall.Action.SEND, process, socket, pointer, length, flags);
        }
    }

    private void messages(TrappedCall call, Processes.Seen process) {
        long at = listener.argument(call.path2());
        long count = Math.min(MOST_MESSAGES, listener.argument(call.flags()) & 0xffff_ffffL);
        for (long i = 0; i < count; i++) {
            message(process, (int) listener.argument(call.path()), at, (int) listener.argument(3));
            at += listener.i386() ? 32 : 64;
        }
    }

    private void socketCall(TrappedCall call, Processes.Seen process) {
        int which = (int) listener.argument(call.flags());
        if (which != 2 && which != 3 && which != 11 && which != 16 && which != 20) {
            return;
        }
        byte[] six = new byte[24];
        int words = which == 11 ? 6 : which == 20 ? 4 : 3;
        if (!readable(memory.read(listener.argument(call.path2()), six, 4 * words))) {
            return;
        }
        long[] a = new long[6];
        for (int i = 0; i < words; i++) {
            a[i] = int32(six, 4 * i) & 0xffff_ffffL;
        }
        switch (which) {
            case 2 -> socket(TrappedCall.Action.BIND, process, (int) a[0], a[1], a[2], 0);
            case 3 -> socket(TrappedCall.Action.CONNECT, process, (int) a[0], a[1], a[2], 0);
            case 11 -> socket(TrappedCall.Action.SEND, process, (int) a[0], a[4], a[5], (int) a[3]);
            case 16 -> message(process, (int) a[0], a[1], (int) a[2]);
            default -> {
                for (long i = 0; i < Math.min(MOST_MESSAGES, a[2]); i++) {
                    message(process, (int) a[0], a[1] + 32 * i, (int) a[3]);
                }
            }
        }
    }

    private String protocol(Processes.Seen process, int socket, int family) {
        if (process.pidfd() >= 0) {
            int copy = (int) kernel.raw(SysNr.PIDFD_GETFD, process.pidfd(), socket, 0);
            if (copy >= 0) {
                int domain = option(copy, SO_DOMAIN);
                int protocol = option(copy, SO_PROTOCOL);
                long _ = kernel.raw(SysNr.CLOSE, copy, 0, 0);
                if (domain >= 0 && protocol >= 0) {
                    return Addresses.protocol(domain, protocol);
                }
            }
        }
        return family == Addresses.AF_UNIX ? "unix" : "unknown";
    }

    private int option(int socket, int which) {
        option.set(ValueLayout.JAVA_INT, 4, 4);
        long result =
                kernel.raw(SysNr.GETSOCKOPT, socket, SOL_SOCKET, which, option.address(), option.address() + 4, 0);
        return result < 0 ? -1 : option.get(ValueLayout.JAVA_INT, 0);
    }

    private static int int32(byte[] bytes, int at) {
        return bytes[at] & 0xff
                | (bytes[at + 1] & 0xff) << 8
                | (bytes[at + 2] & 0xff) << 16
                | (bytes[at + 3] & 0xff) << 24;
    }

    private static long int64(byte[] bytes, int at) {
        return int32(bytes, at) & 0xffff_ffffL | (long) int32(bytes, at + 4) << 32;
    }
}
