package dev.gleisner.adapters.linux.tape;

import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The part of the tape that builds the file tree. One tmpfs holds everything that is ours: the directory {@code root},
 * which becomes the root, and beside it the empty file and directory and the synthetic files that are mounted over
 * names, through a mount that is read-only by then. Mount points are made on our own tmpfs and nowhere else.
 */
final class MountTape {
    private static final String EMPTY_FILE = "f";
    private static final String EMPTY_DIRECTORY = "d";
    /** 2 GiB; without a size a tmpfs may take half of the host's memory, which no limit of a process counts. */
    private static final String SHARED_MEMORY_BYTES = "2147483648";

    /**
     * Where the store is attached in our copy of the host's tree, which is detached at the end. A directory that every
     * kernel has and nobody needs; not the root: what is stacked on the old root would be detached in its place.
     */
    private static final String STORE_AT = "/proc/tty";

    /** What a name inside belongs to. */
    private enum Owner {
        OURS,
        HOST,
        SEALED
    }

    private record Place(String target, Owner owner, Arg.Cell cell) {}

    /** Where a name can be made: a directory of ours, and the path from there. */
    private record Spot(Arg.Cell directory, String relative) {}

    private final TapeBuilder tape;
    private final HostView host;
    private final List<Place> places = new ArrayList<>();
    private final Set<String> made = new HashSet<>();
    private final Arg.Cell store;
    private final Arg.Cell root;
    private int synthetic;
    private Optional<Arg.Cell> hostProc = Optional.empty();

    MountTape(TapeBuilder tape, HostView host) {
        this.tape = tape;
        this.host = host;
        store = tape.cell("store");
        root = tape.cell("root");
    }

    /** The directory that becomes the root. */
    Arg.Cell root() {
        return root;
    }

    /** Makes the tmpfs and all that will be mounted over names. */
    void open(List<Mount> mounts, boolean ownPids) {
        if (!ownPids) {
            // Only in a pid namespace of our own can a fresh one be mounted.
            tape.purpose("take the host's /proc");
            hostProc = Optional.of(tape.cloneTree("/proc"));
        }
        tape.purpose("keep mounts of the host and of the sandbox apart");
        tape.call(
                SysNr.MOUNT_SETATTR,
                "mount_setattr",
                Abi.AT_FDCWD,
                new Arg.Text("/"),
                Abi.RECURSIVE,
                Abi.SET_PRIVATE,
                Abi.MOUNT_ATTR_SIZE);
        tape.purpose("make the private tmpfs that holds the root");
        Arg.Cell context = tape.cell("fs");
        tape.call(context, SysNr.FSOPEN, "fsopen", new Arg.Text("tmpfs"), Abi.FSOPEN_CLOEXEC);
        tape.call(
                SysNr.FSCONFIG,
                "fsconfig",
                context,
                Abi.FSCONFIG_SET_STRING,
                new Arg.Text("mode"),
                new Arg.Text("0755"),
                Abi.ZERO);
        tape.call(SysNr.FSCONFIG, "fsconfig", context, Abi.FSCONFIG_CMD_CREATE, Abi.NULL, Abi.NULL, Abi.ZERO);
        tape.call(store, SysNr.FSMOUNT, "fsmount", context, Abi.FSMOUNT_CLOEXEC, Abi.NOSUID_NODEV);
        tape.attach(store, Abi.AT_FDCWD, STORE_AT);
        tape.mkdir(store, "root", 0755);
        tape.placeholder(store, EMPTY_FILE);
        tape.mkdir(store, EMPTY_DIRECTORY, 0555);
        int number = 0;
        for (Mount mount : mounts) {
            if (mount instanceof Mount.SyntheticFile file) {
                tape.purpose("write the file " + file.target());
                tape.createFile(store, "s" + number++, file.content(), 0444);
            }
        }
        tape.purpose("make the private tmpfs that holds the root");
        tape.call(root, SysNr.OPEN_TREE, "open_tree", store, new Arg.Text("root"), Abi.CLONE_MOUNT);
        tape.attach(root, store, "root");
        tape.setAttributes(store, Abi.SET_READ_ONLY, false);
        places.add(new Place("", Owner.OURS, root));
        made.add("");
    }

    /** Puts one entry of the policy in its place. */
    void add(Mount mount) throws GleisnerException {
        switch (mount) {
            case Mount.Bind(var source, var target, var readOnly, var _) -> bind(source, target, readOnly);
            case Mount.Tmpfs(var target, var size, var mode, var _) -> {
                tape.purpose("mount an empty tmpfs on " + target);
                String octal = Integer.toOctalString(mode);
                Arg.Cell made = size > 0
                        ? tape.fileSystem("tmpfs", Abi.NOSUID_NODEV, "mode", octal, "size", Long.toString(size))
                        : tape.fileSystem("tmpfs", Abi.NOSUID_NODEV, "mode", octal);
                attach(made, target, true);
                places.add(new Place(target, Owner.OURS, made));
            }
            case Mount.MaskDirectory(var target, var _) -> {
                tape.purpose("mask the directory " + target);
                Arg.Cell empty = tape.cloneMount(store, EMPTY_DIRECTORY);
                attach(empty, target, true);
                places.add(new Place(target, Owner.SEALED, empty));
            }
            case Mount.MaskFile(var target, var _) -> {
                tape.purpose("mask the file " + target);
                attach(tape.cloneMount(store, EMPTY_FILE), target, false);
            }
            case Mount.SyntheticFile(var target, var _, var _) -> {
                tape.purpose("put our own file at " + target);
                attach(tape.cloneMount(store, "s" + synthetic++), target, false);
            }
            case Mount.Symlink(var target, var linkTo, var _) -> {
                tape.purpose("link " + target + " to " + linkTo);
                Spot spot = spot(target)
                        .orElseThrow(() -> new GleisnerException.BadInput(
                                "symbolic link " + target,
                                "its directory comes from the host, and nothing is ever created there",
                                "bind " + target + " instead, or make its directory a tmpfs"));
                parents(target);
                tape.symlink(spot.directory(), spot.relative(), linkTo);
                made.add(target);
            }
        }
    }

    private void bind(String source, String target, boolean readOnly) throws GleisnerException {
        HostView.Kind kind = host.kind(source)
                .orElseThrow(() -> new GleisnerException.BadInput(
                        "bind " + source, "there is nothing at that path", "create it, or take it out of the profile"));
        tape.purpose("bind-mount " + source + (source.equals(target) ? "" : " on " + target)
                + (readOnly ? " read-only" : " writable"));
        Arg.Cell tree = tape.cloneTree(source);
        tape.setAttributes(tree, readOnly ? Abi.SET_READ_ONLY : Abi.SET_WRITABLE, true);
        attach(tree, target, kind == HostView.Kind.DIRECTORY);
        places.add(new Place(target, Owner.HOST, tree));
    }

    /** The file systems that every sandbox has of its own: /proc, /dev and what is in it. */
    void addKernelFileSystems(boolean ownIpc, List<String> procMasks) throws GleisnerException {
        Arg.Cell proc;
        if (hostProc.isPresent()) {
            tape.purpose("bind the host's /proc read-only");
            proc = hostProc.get();
            tape.setAttributes(proc, Abi.SET_READ_ONLY, true);
        } else {
            tape.purpose("mount a fresh read-only /proc");
            proc = tape.fileSystem("proc", Abi.RDONLY_NOSUID_NODEV_NOEXEC, "hidepid", "invisible");
        }
        attach(proc, "/proc", true);
        for (String name : procMasks) {
            tape.purpose("mask /proc/" + name);
            tape.attach(tape.cloneMount(store, EMPTY_FILE), proc, name);
        }
        mkdirs("/dev");
        for (String name : List.of("null", "zero", "full", "random", "urandom", "tty")) {
            tape.purpose("bind the device /dev/" + name);
            Arg.Cell device = tape.cloneMount(Abi.AT_FDCWD, "/dev/" + name);
            tape.setAttributes(device, Abi.SET_DEVICE, false);
            tape.placeholder(root, "dev/" + name);
            tape.attach(device, root, "dev/" + name);
        }
        tape.purpose("link the standard streams in /dev");
        tape.symlink(root, "dev/fd", "/proc/self/fd");
        tape.symlink(root, "dev/stdin", "/proc/self/fd/0");
        tape.symlink(root, "dev/stdout", "/proc/self/fd/1");
        tape.symlink(root, "dev/stderr", "/proc/self/fd/2");
        tape.symlink(root, "dev/ptmx", "pts/ptmx");
        tape.purpose("mount a new /dev/pts");
        attach(
                tape.fileSystem("devpts", Abi.NOSUID_NOEXEC, "newinstance", "", "ptmxmode", "0666", "mode", "620"),
                "/dev/pts",
                true);
        tape.purpose("mount an empty tmpfs on /dev/shm");
        attach(
                tape.fileSystem("tmpfs", Abi.NOSUID_NODEV, "mode", "1777", "size", SHARED_MEMORY_BYTES),
                "/dev/shm",
                true);
        if (ownIpc) {
            tape.purpose("mount a new /dev/mqueue");
            attach(tape.fileSystem("mqueue", Abi.NOSUID_NODEV_NOEXEC), "/dev/mqueue", true);
        }
    }

    /** Makes the new tree the root, and seals what of it is ours. */
    void close() {
        tape.purpose("make the root itself read-only");
        tape.setAttributes(root, Abi.SET_READ_ONLY, false);
        tape.purpose("make the new tree the root and let the host's go");
        tape.pivotRoot(root);
    }

    private void attach(Arg.Cell mount, String target, boolean directory) throws GleisnerException {
        Optional<Spot> spot = spot(target);
        if (spot.isEmpty()) {
            if (owner(target).owner() == Owner.SEALED) {
                throw new GleisnerException.BadInput(
                        "mount on " + target,
                        owner(target).target() + " is masked before, so there is nothing to mount on",
                        "list the mask after what it covers, or take one of the two away");
            }
            tape.attachInRoot(mount, root, target.substring(1));
            return;
        }
        parents(target);
        if (!made.contains(target)) {
            if (directory) {
                tape.mkdir(spot.get().directory(), spot.get().relative(), 0755);
            } else {
                tape.placeholder(spot.get().directory(), spot.get().relative());
            }
            made.add(target);
        }
        tape.attach(mount, spot.get().directory(), spot.get().relative());
    }

    private void mkdirs(String path) throws GleisnerException {
        if (!made.contains(path)) {
            parents(path);
            Optional<Spot> spot = spot(path);
            if (spot.isPresent()) {
                tape.mkdir(spot.get().directory(), spot.get().relative(), 0755);
                made.add(path);
            }
        }
    }

    private void parents(String target) throws GleisnerException {
        int slash = target.lastIndexOf('/');
        if (slash > 0) {
            mkdirs(target.substring(0, slash));
        }
    }

    /** Where {@code target} can be made; empty when it belongs to the host. */
    private Optional<Spot> spot(String target) {
        Place place = owner(target);
        return place.owner() == Owner.OURS
                ? Optional.of(
                        new Spot(place.cell(), target.substring(place.target().length() + 1)))
                : Optional.empty();
    }

    /** The last mount that {@code target} lies below. */
    private Place owner(String target) {
        Place best = places.getFirst();
        for (Place place : places) {
            String prefix = place.target();
            if (target.length() > prefix.length()
                    && target.startsWith(prefix)
                    && target.charAt(prefix.length()) == '/'
                    && prefix.length() >= best.target().length()) {
                best = place;
            }
        }
        return best;
    }
}
