package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tape, one typed method for one intention. Paths named {@code relative} are relative to the directory that
 * a cell holds; they never start with a slash.
 */
public final class TapeBuilder {
    private final List<Op> ops = new ArrayList<>(256);
    private final List<Probe> probes = new ArrayList<>();
    private Op.Failure failure = Op.Failure.FATAL;
    private @Nullable Layer layer;
    private int layerStart = -1;
    private String purpose = "start";

    /** The finished tape. */
    public Tape build() {
        if (layerStart >= 0) {
            throw new IllegalStateException("the layer " + layer + " is not closed");
        }
        return new Tape(ops, probes);
    }

    /** How many operations there are so far. */
    public int size() {
        return ops.size();
    }

    /** What the following operations are for, in words for people. */
    public TapeBuilder purpose(String words) {
        purpose = words;
        return this;
    }

    /** A place for a result. */
    public Arg.Cell cell(String name) {
        return new Arg.Cell(name);
    }

    /**
     * The following operations belong to that layer: required ones are fatal when they fail, the others are reported and
     * the rest of the layer is left out.
     */
    public TapeBuilder begin(Layer newLayer, Requirement requirement) {
        if (layerStart >= 0) {
            throw new IllegalStateException("layer " + newLayer + " inside of layer " + layer);
        }
        layer = newLayer;
        layerStart = ops.size();
        failure = requirement == Requirement.REQUIRED ? Op.Failure.FATAL : Op.Failure.REPORTED;
        return this;
    }

    /** The layer is complete. */
    public TapeBuilder end() {
        if (failure == Op.Failure.REPORTED) {
            for (int i = layerStart; i < ops.size(); i++) {
                ops.set(i, ops.get(i).withSkip(ops.size() - 1 - i));
            }
        }
        layer = null;
        layerStart = -1;
        failure = Op.Failure.FATAL;
        return this;
    }

    // ---- plain calls

    /** Any system call. */
    public TapeBuilder call(int number, String name, Arg... args) {
        return add(number, name, null, 1, args);
    }

    /** Any system call whose result is needed. */
    public TapeBuilder call(Arg.Cell keep, int number, String name, Arg... args) {
        return add(number, name, keep, 1, args);
    }

    private TapeBuilder add(int number, String name, Arg.@Nullable Cell keep, int count, Arg... args) {
        ops.add(new Op(number, name, List.of(args), keep, failure, 0, count, purpose, layer));
        return this;
    }

    /** A call whose result the supervisor judges. */
    public TapeBuilder probe(String id, String attempt, List<Long> accepted, int number, String name, Arg... args) {
        probes.add(new Probe(ops.size(), id, attempt, accepted));
        ops.add(new Op(number, name, List.of(args), null, Op.Failure.PROBE, 0, 1, purpose, null));
        return this;
    }

    /** A call whose failure nobody minds, and whose result is needed. */
    public TapeBuilder quiet(Arg.Cell keep, int number, String name, Arg... args) {
        ops.add(new Op(number, name, List.of(args), keep, Op.Failure.QUIET, 0, 1, purpose, layer));
        return this;
    }

    /** A call made for {@code count} successive values of its second argument; EINVAL ends the range. */
    public TapeBuilder range(int count, int number, String name, Arg... args) {
        return add(number, name, null, count, args);
    }

    // ---- pseudo calls

    /** Forks; the parent executes what {@code parent} writes, the child what follows it. */
    public TapeBuilder fork(Arg.Cell child, Arg flags, Runnable parent) {
        int at = ops.size();
        add(Op.FORK, "clone", child, 1, flags);
        parent.run();
        ops.set(at, ops.get(at).withSkip(ops.size() - at - 1));
        return this;
    }

    /** Ends this process. */
    public TapeBuilder exit(int status) {
        return add(Op.EXIT, "exit_group", null, 1, new Arg.Plain(status));
    }

    /** Becomes the reaper of {@code command}; {@code ownNamespace} when every process that it sees is inside. */
    public TapeBuilder reap(Arg.Cell command, boolean ownNamespace) {
        return add(Op.REAP, "reap", null, 1, command, new Arg.Plain(ownNamespace ? 1 : 0));
    }

    /** Waits for the supervisor's release. */
    public TapeBuilder awaitRelease() {
        return add(Op.WAIT, "await_release", null, 1);
    }

    /** Tells the supervisor a value. */
    public TapeBuilder report(int tag, String name, Arg value) {
        return add(Op.REPORT, "report", null, 1, new Arg.Named(tag, name), value);
    }

    // ---- files

    /** Writes {@code content} to an existing file of the kernel's. */
    public TapeBuilder writeFile(String path, String content) {
        Arg.Cell file = cell("file");
        call(file, SysNr.OPENAT, "openat", Abi.AT_FDCWD, new Arg.Text(path), Abi.O_WRONLY);
        call(SysNr.WRITE, "write", file, new Arg.Bytes(content), new Arg.Plain(utf8Length(content)));
        return close(file);
    }

    /** Creates a file on our own tmpfs. */
    public TapeBuilder createFile(Arg.Cell directory, String relative, String content, int mode) {
        Arg.Cell file = cell("file");
        call(file, SysNr.OPENAT, "openat", directory, new Arg.Text(relative), Abi.O_CREATE, octal(mode));
        if (!content.isEmpty()) {
            call(SysNr.WRITE, "write", file, new Arg.Bytes(content), new Arg.Plain(utf8Length(content)));
        }
        return close(file);
    }

    /** Creates an empty file on our own tmpfs, for something to be mounted on. */
    public TapeBuilder placeholder(Arg.Cell directory, String relative) {
        return call(SysNr.MKNODAT, "mknodat", directory, new Arg.Text(relative), Abi.REGULAR_0444, Abi.ZERO);
    }

    /** Creates a directory on our own tmpfs. */
    public TapeBuilder mkdir(Arg.Cell directory, String relative, int mode) {
        return call(SysNr.MKDIRAT, "mkdirat", directory, new Arg.Text(relative), octal(mode));
    }

    /** Creates a symbolic link on our own tmpfs. */
    public TapeBuilder symlink(Arg.Cell directory, String relative, String linkTo) {
        return call(SysNr.SYMLINKAT, "symlinkat", new Arg.Text(linkTo), directory, new Arg.Text(relative));
    }

    /** Closes what a cell holds. */
    public TapeBuilder close(Arg.Cell file) {
        return call(SysNr.CLOSE, "close", file);
    }

    // ---- mounts

    /** A detached copy of the host's tree at {@code path}, all that is mounted below it included. */
    public Arg.Cell cloneTree(String path) {
        Arg.Cell at = cell("source");
        Arg.Cell tree = cell("tree");
        call(at, SysNr.OPENAT2, "openat2", Abi.AT_FDCWD, new Arg.Text(path), Abi.HOW_NO_SYMLINKS, Abi.HOW_SIZE);
        call(tree, SysNr.OPEN_TREE, "open_tree", at, Abi.EMPTY, Abi.CLONE_TREE);
        return tree;
    }

    /** A detached copy of one mount, from {@code relative} on. */
    public Arg.Cell cloneMount(Arg directory, String relative) {
        Arg.Cell tree = cell("tree");
        call(tree, SysNr.OPEN_TREE, "open_tree", directory, new Arg.Text(relative), Abi.CLONE_MOUNT);
        return tree;
    }

    /** Sets attributes on a mount that a cell holds, and on all below it. */
    public TapeBuilder setAttributes(Arg.Cell tree, Arg.Struct attributes, boolean recursive) {
        return call(
                SysNr.MOUNT_SETATTR,
                "mount_setattr",
                tree,
                Abi.EMPTY,
                recursive ? Abi.EMPTY_PATH_RECURSIVE : Abi.EMPTY_PATH,
                attributes,
                Abi.MOUNT_ATTR_SIZE);
    }

    /**
     * A new file system, not yet attached.
     *
     * @param options pairs of key and value; an empty value is a flag
     */
    public Arg.Cell fileSystem(String type, Arg.Named attributes, String... options) {
        Arg.Cell context = cell("fs");
        Arg.Cell mount = cell(type);
        call(context, SysNr.FSOPEN, "fsopen", new Arg.Text(type), Abi.FSOPEN_CLOEXEC);
        for (int i = 0; i < options.length; i += 2) {
            boolean flag = options[i + 1].isEmpty();
            call(
                    SysNr.FSCONFIG,
                    "fsconfig",
                    context,
                    flag ? Abi.FSCONFIG_SET_FLAG : Abi.FSCONFIG_SET_STRING,
                    new Arg.Text(options[i]),
                    flag ? Abi.NULL : new Arg.Text(options[i + 1]),
                    Abi.ZERO);
        }
        call(SysNr.FSCONFIG, "fsconfig", context, Abi.FSCONFIG_CMD_CREATE, Abi.NULL, Abi.NULL, Abi.ZERO);
        call(mount, SysNr.FSMOUNT, "fsmount", context, Abi.FSMOUNT_CLOEXEC, attributes);
        return mount;
    }

    /** Attaches a mount on a directory or file that we made ourselves, so that no link can be in the way. */
    public TapeBuilder attach(Arg.Cell mount, Arg directory, String relative) {
        return call(
                SysNr.MOVE_MOUNT, "move_mount", mount, Abi.EMPTY, directory, new Arg.Text(relative), Abi.FROM_EMPTY);
    }

    /** Attaches a mount on what {@code relative} leads to when {@code root} is the root directory. */
    public TapeBuilder attachInRoot(Arg.Cell mount, Arg.Cell root, String relative) {
        Arg.Cell target = cell("target");
        call(target, SysNr.OPENAT2, "openat2", root, new Arg.Text(relative), Abi.HOW_IN_ROOT, Abi.HOW_SIZE);
        return call(SysNr.MOVE_MOUNT, "move_mount", mount, Abi.EMPTY, target, Abi.EMPTY, Abi.BOTH_EMPTY);
    }

    /** Makes the directory that {@code root} holds the root of the namespace, and lets the old one go. */
    public TapeBuilder pivotRoot(Arg.Cell root) {
        Arg.Text here = new Arg.Text(".");
        call(SysNr.FCHDIR, "fchdir", root);
        call(SysNr.PIVOT_ROOT, "pivot_root", here, here);
        return call(SysNr.UMOUNT2, "umount2", here, Abi.MNT_DETACH);
    }

    // ---- the process

    /** prctl(2) with named option and argument. */
    public TapeBuilder prctl(Arg.Named option, Arg argument) {
        return call(SysNr.PRCTL, "prctl", option, argument, Abi.ZERO, Abi.ZERO, Abi.ZERO);
    }

    /** Sets a resource limit of this process, soft and hard. */
    public TapeBuilder rlimit(Arg.Named resource, long value) {
        StructBytes limit = new StructBytes(16).putLong(0, value).putLong(8, value);
        return call(
                SysNr.PRLIMIT64,
                "prlimit64",
                Abi.ZERO,
                resource,
                new Arg.Struct(limit.bytes(), "{rlim_cur=" + value + ", rlim_max=" + value + "}"),
                Abi.NULL);
    }

    /** Becomes the command. */
    public TapeBuilder exec(List<String> argv, List<String> environment) {
        return call(
                SysNr.EXECVE, "execve", new Arg.Text(argv.getFirst()), new Arg.Texts(argv), new Arg.Texts(environment));
    }

    /** A number printed in octal digits. */
    public static Arg.Named octal(int mode) {
        return new Arg.Named(mode, "0" + Integer.toOctalString(mode));
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
