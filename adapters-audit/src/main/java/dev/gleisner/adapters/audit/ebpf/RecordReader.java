package dev.gleisner.adapters.audit.ebpf;

import dev.gleisner.adapters.audit.text.Addresses;
import dev.gleisner.adapters.linux.sys.SyscallNames;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.domain.sandbox.Exit;
import dev.gleisner.ports.EventConsumer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns records of our programs (record.h) into events. A record that is not well formed gives no event and is counted.
 * Makes no garbage for what a process does often: origins and events about files are made once and used again.
 */
final class RecordReader implements Ring.Taker {
    // struct record
    static final int KIND = 0;
    static final int FLAGS = 2;
    static final int ERROR = 4;
    static final int TIME = 8;
    static final int START = 16;
    static final int CGROUP = 24;
    static final int PROCESS = 32;
    static final int PARENT = 40;
    static final int CALL = 44;
    static final int DETAIL = 48;
    static final int EXTRA = 56;
    static final int LENGTHS = 64;
    static final int HEAD = 80;
    static final int PARTS = 4;

    // enum kind
    static final int FORK = 1;
    static final int EXEC = 2;
    static final int EXIT = 3;
    static final int OPEN = 4;
    static final int NAMED = 5;
    static final int TWO = 6;
    static final int SOCKET = 7;
    static final int REFUSED = 8;
    static final int CALLED = 9;

    // flags
    static final int CUT = 1;
    static final int UNREACHABLE = 2;
    static final int UNREADABLE = 4;

    private static final int NANOS_PER_MICRO = 1000;
    private static final int FMODE_WRITE = 2;
    private static final int FMODE_CREATED = 1 << 20;
    private static final int O_ACCMODE = 3;
    private static final int O_CREAT = 0x40;
    private static final int O_EXCL = 0x80;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int RENAME_EXCHANGE = 2;

    private final EventConsumer consumer;
    private final Origins origins = new Origins();
    private final FileEvents files = new FileEvents();
    private final Paths path = new Paths();
    private final Paths newPath = new Paths();
    private @Nullable SyscallNames names;
    private long events;
    private long malformed;
    private long duplicateExits;
    private long rings;

    RecordReader(EventConsumer consumer) {
        this.consumer = consumer;
    }

    /** How many events were given away. */
    long events() {
        return events;
    }

    /** How many records were not well formed. */
    long malformed() {
        return malformed;
    }

    /** How many records said once more that a process had ended. */
    long duplicateExits() {
        return duplicateExits;
    }

    /** How many io_uring instances were made: what goes through them is not seen. */
    long rings() {
        return rings;
    }

    @Override
    public void take(byte[] bytes, int length) {
        if (!wellFormed(bytes, length)) {
            malformed++;
            return;
        }
        int errno = Bytes.int32(bytes, ERROR);
        long time = Bytes.int64(bytes, TIME);
        Origin origin = origins.of(Bytes.int32(bytes, PROCESS), Bytes.int64(bytes, START), errno);
        switch (Bytes.int16(bytes, KIND)) {
            case FORK ->
                give(
                        origin,
                        time,
                        new Event.ProcessForked(unsigned(bytes, DETAIL), Bytes.int64(bytes, EXTRA) / NANOS_PER_MICRO));
            case EXEC -> exec(origin, time, bytes);
            case EXIT -> {
                if (origins.ends(origin)) {
                    give(origin, time, new Event.ProcessExit(exit(Bytes.int32(bytes, DETAIL))));
                } else {
                    duplicateExits++;
                }
            }
            case OPEN -> open(origin, time, bytes);
            case NAMED -> named(origin, time, bytes);
            case TWO -> two(origin, time, bytes);
            case SOCKET -> socket(origin, time, bytes);
            case REFUSED ->
                give(origin, time, new Event.Denied("seccomp", name(Bytes.int32(bytes, CALL)), "a filter answered it"));
            case CALLED -> {
                if (errno == 0) {
                    rings++;
                }
                give(
                        origin,
                        time,
                        new Event.EventsLost(
                                -1, name(Bytes.int32(bytes, CALL)) + ": what goes through it is not seen"));
            }
            default -> malformed++;
        }
    }

    private void give(Origin origin, long time, Event event) {
        events++;
        consumer.accept(origin, time, event);
    }

    private String name(int call) {
        SyscallNames table = names;
        if (table == null) {
            table = new SyscallNames();
            names = table;
        }
        return table.of(call);
    }

    private static boolean wellFormed(byte[] bytes, int length) {
        if (length < HEAD || length > bytes.length) {
            return false;
        }
        long end = HEAD;
        for (int part = 0; part < PARTS; part++) {
            end += unsigned(bytes, LENGTHS + 4 * part);
        }
        return end == length
                && Bytes.int32(bytes, ERROR) >= 0
                && Bytes.int64(bytes, START) >= 0
                && Bytes.int64(bytes, EXTRA) >= 0;
    }

    private static long unsigned(byte[] bytes, int at) {
        return Bytes.int32(bytes, at) & 0xffff_ffffL;
    }

    private static int partLength(byte[] bytes, int part) {
        return Bytes.int32(bytes, LENGTHS + 4 * part);
    }

    private static int partStart(byte[] bytes, int part) {
        int start = HEAD;
        for (int before = 0; before < part; before++) {
            start += partLength(bytes, before);
        }
        return start;
    }

    private static boolean has(byte[] bytes, int flag) {
        return (Bytes.int16(bytes, FLAGS) & flag) != 0;
    }

    /** The path that two parts make: a directory as the kernel walked it, and a name; -1 for none. */
    private static Paths join(Paths into, byte[] bytes, int directory, int name) {
        return into.join(
                bytes,
                partStart(bytes, directory),
                partLength(bytes, directory),
                name < 0 ? 0 : partStart(bytes, name),
                name < 0 ? 0 : partLength(bytes, name),
                has(bytes, UNREACHABLE));
    }

    private static String text(Paths joined) {
        return PathText.decode(joined.bytes(), 0, joined.length());
    }

    private void exec(Origin origin, long time, byte[] bytes) {
        String executable = text(join(path, bytes, 0, -1));
        String directory = text(join(path, bytes, 1, -1));
        int at = partStart(bytes, 2);
        int end = at + partLength(bytes, 2);
        List<String> argv = new ArrayList<>();
        while (at < end) {
            int stop = at;
            while (stop < end && bytes[stop] != 0) {
                stop++;
            }
            argv.add(PathText.decode(bytes, at, stop - at));
            at = stop + 1;
        }
        boolean truncated = has(bytes, CUT | UNREADABLE) || argv.size() < Bytes.int32(bytes, DETAIL);
        give(origin, time, new Event.ProcessExec(unsigned(bytes, PARENT), executable, argv, truncated, directory));
    }

    private static Exit exit(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exit.Code(status >> 8 & 0xff) : new Exit.Signal(signal);
    }

    private void open(Origin origin, long time, byte[] bytes) {
        int mode = Bytes.int32(bytes, DETAIL);
        FileEvents.What what = (mode & FMODE_CREATED) != 0
                ? FileEvents.What.CREATED
                : (mode & FMODE_WRITE) != 0 ? FileEvents.What.WRITTEN : FileEvents.What.READ;
        give(origin, time, event(what, join(path, bytes, 0, -1)));
    }

    private Event event(FileEvents.What what, Paths joined) {
        return files.of(what, joined.bytes(), 0, joined.length());
    }

    private void named(Origin origin, long time, byte[] bytes) {
        int call = Bytes.int32(bytes, CALL);
        int flags = Bytes.int32(bytes, DETAIL);
        join(path, bytes, 0, 1);
        FileEvents.What what = switch (call) {
            case Calls.OPEN, Calls.OPENAT, Calls.OPENAT2, Calls.OPEN_BY_HANDLE_AT -> opening(flags);
            case Calls.CREAT -> FileEvents.What.WRITTEN;
            case Calls.TRUNCATE, Calls.FTRUNCATE -> FileEvents.What.WRITTEN;
            case Calls.MKNOD, Calls.MKNODAT -> FileEvents.What.CREATED;
            case Calls.MKDIR, Calls.MKDIRAT -> FileEvents.What.DIRECTORY_CREATED;
            case Calls.RMDIR -> FileEvents.What.DIRECTORY_DELETED;
            case Calls.UNLINK -> FileEvents.What.DELETED;
            case Calls.UNLINKAT ->
                (flags & AT_REMOVEDIR) == 0 ? FileEvents.What.DELETED : FileEvents.What.DIRECTORY_DELETED;
            default -> FileEvents.What.ATTRIBUTES;
        };
        if (call == Calls.EXECVE || call == Calls.EXECVEAT) {
            // It failed, so there is no program whose arguments could be read.
            give(origin, time, new Event.ProcessExec(unsigned(bytes, PARENT), text(path), List.of(), true, ""));
        } else {
            give(origin, time, event(what, path));
        }
    }

    /** What a failed open wanted. */
    private static FileEvents.What opening(int flags) {
        if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
            return FileEvents.What.CREATED;
        }
        return (flags & O_ACCMODE) == 0 ? FileEvents.What.READ : FileEvents.What.WRITTEN;
    }

    private void two(Origin origin, long time, byte[] bytes) {
        String from = text(join(path, bytes, 0, 1));
        switch (Bytes.int32(bytes, CALL)) {
            case Calls.SYMLINK, Calls.SYMLINKAT ->
                give(
                        origin,
                        time,
                        new Event.SymbolicLinkCreated(
                                from, PathText.decode(bytes, partStart(bytes, 3), partLength(bytes, 3))));
            case Calls.LINK, Calls.LINKAT ->
                give(origin, time, new Event.FileLinked(from, text(join(newPath, bytes, 2, 3))));
            default -> {
                String to = text(join(newPath, bytes, 2, 3));
                give(origin, time, new Event.FileRenamed(from, to));
                if (Bytes.int32(bytes, CALL) == Calls.RENAMEAT2
                        && (Bytes.int32(bytes, DETAIL) & RENAME_EXCHANGE) != 0) {
                    give(origin, time, new Event.FileRenamed(to, from));
                }
            }
        }
    }

    private void socket(Origin origin, long time, byte[] bytes) {
        int detail = Bytes.int32(bytes, DETAIL);
        int at = partStart(bytes, 0);
        int length = partLength(bytes, 0);
        int call = Bytes.int32(bytes, CALL);
        String protocol = Addresses.protocol(detail >>> 16, detail & 0xffff);
        String address = Addresses.text(bytes, at, length);
        give(
                origin,
                time,
                switch (call) {
                    case Calls.CONNECT -> new Event.NetworkConnect(protocol, address);
                    case Calls.BIND -> new Event.NetworkBind(protocol, address);
                    case Calls.ACCEPT, Calls.ACCEPT4 -> new Event.NetworkAccept(protocol, address);
                    default -> new Event.NetworkSend(protocol, address);
                });
    }
}
