package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One walk through a tree, depth first and without recursion. At most {@value #OPEN_DIRECTORIES} directories are open
 * at once: on the way back the others are opened again through {@code ..} and compared by device and inode. Other file
 * systems below the root are walked too, because the command may write to them, except those that are the kernel's own.
 */
final class TreeScan {
    private static final int OPEN_DIRECTORIES = 64;
    private static final int MOST_ENTRIES = 4_000_000;
    private static final int DEEPEST = 2_000;
    private static final int LONGEST_PATH = 64 * 1024;
    private static final long MOST_PATH_TEXT = 256L * 1024 * 1024;
    private static final int EXAMPLES = 200;
    private static final byte[] UP = {'.', '.'};
    private static final byte[] EVIDENCE = Durable.bytes(".gleisner");

    private final Fs fs;
    private final Path root;
    private final TreeMap<String, FileState> files = new TreeMap<>();
    private final List<String> skipped = new ArrayList<>();
    private final Deque<Level> levels = new ArrayDeque<>();
    private long skippedCount;
    private int entries;
    private long pathText;

    /** A directory on the way from the root to where the walk is. */
    private static final class Level {
        final String path;
        final long device;
        final long inode;
        final Deque<Fs.Entry> directories = new ArrayDeque<>();
        int descriptor;

        Level(String path, long device, long inode, int descriptor) {
            this.path = path;
            this.device = device;
            this.inode = inode;
            this.descriptor = descriptor;
        }
    }

    TreeScan(Fs fs, Path root) {
        this.fs = fs;
        this.root = root;
    }

    Snapshot run() throws GleisnerException {
        int top = fs.openRoot(PathBytes.of(root), Fs.O_RDONLY | Fs.O_NONBLOCK);
        if (top < 0) {
            throw new GleisnerException.BadInput(
                    "project " + root,
                    "it cannot be read: " + Errno.describe(-top),
                    "give the path of a directory that this user can read");
        }
        try {
            enter(top, "");
            while (!levels.isEmpty()) {
                Level here = levels.getLast();
                Fs.Entry next = here.directories.poll();
                if (next == null) {
                    leave();
                } else {
                    descend(here, next);
                }
            }
        } finally {
            for (Level level : levels) {
                Fs.close(level.descriptor);
            }
        }
        return new Snapshot(files, skipped, skippedCount);
    }

    private void descend(Level parent, Fs.Entry entry) {
        String path = parent.path + PathText.decode(entry.name());
        if (levels.size() >= DEEPEST) {
            skip(path, "deeper than " + DEEPEST + " directories");
            return;
        }
        if (path.length() > LONGEST_PATH) {
            skip(path.substring(0, 200) + "...", "its path is longer than " + LONGEST_PATH + " characters");
            return;
        }
        int descriptor = fs.open(parent.descriptor, entry.name(), Fs.OPEN_DIRECTORY);
        if (descriptor < 0) {
            skip(path, Errno.describe(-descriptor));
            return;
        }
        if (fs.stat(descriptor) == 0 && fs.device() != parent.device && kernelOwn(fs.fileSystem(descriptor))) {
            Fs.close(descriptor);
            skip(path, "a file system of the kernel");
            return;
        }
        if (levels.size() >= OPEN_DIRECTORIES) {
            closeOldest();
        }
        enter(descriptor, path + "/");
    }

    private void closeOldest() {
        for (Level level : levels) {
            if (level.descriptor >= 0) {
                Fs.close(level.descriptor);
                level.descriptor = -1;
                return;
            }
        }
    }

    private void enter(int descriptor, String path) {
        int result = fs.stat(descriptor);
        Level level = new Level(path, fs.device(), fs.inode(), descriptor);
        levels.addLast(level);
        if (result < 0) {
            skip(path, Errno.describe(-result));
            return;
        }
        List<Fs.Entry> found = fs.list(descriptor, MOST_ENTRIES - entries);
        if (found.size() > MOST_ENTRIES - entries) {
            skip(path, "more than " + MOST_ENTRIES + " entries in the project; the rest is not in the snapshot");
        }
        entries += found.size();
        for (Fs.Entry entry : found) {
            if (!path.isEmpty() || !Arrays.equals(entry.name(), EVIDENCE)) {
                look(level, entry);
            }
        }
    }

    private void look(Level level, Fs.Entry entry) {
        int type = entry.type();
        if (type == Fs.S_IFDIR) {
            level.directories.add(entry);
            return;
        }
        int result = fs.stat(level.descriptor, entry.name());
        if (result == -Errno.ENOENT) {
            return; // deleted since it was listed: not there at this moment
        }
        String path = level.path + PathText.decode(entry.name());
        if (result < 0) {
            skip(path, Errno.describe(-result));
            return;
        }
        pathText += path.length();
        if (pathText > MOST_PATH_TEXT) {
            skip(path, "the paths of the project are too long to be kept");
            return;
        }
        switch (fs.type()) {
            case Fs.S_IFDIR -> level.directories.add(entry);
            case Fs.S_IFREG ->
                files.put(path, new FileState(path, fs.size(), fs.mode() & 07777, fs.token(), Optional.empty()));
            case Fs.S_IFLNK -> skip(path, "symbolic link");
            case Fs.S_IFIFO -> skip(path, "fifo");
            case Fs.S_IFSOCK -> skip(path, "socket");
            default -> skip(path, "device");
        }
    }

    private void leave() {
        Level left = levels.removeLast();
        Level parent = levels.peekLast();
        if (parent != null && parent.descriptor < 0) {
            int up = left.descriptor < 0 ? -1 : fs.open(left.descriptor, UP, Fs.OPEN_DIRECTORY);
            if (up >= 0 && fs.stat(up) == 0 && fs.device() == parent.device && fs.inode() == parent.inode) {
                parent.descriptor = up;
            } else {
                Fs.close(up);
                giveUp(parent);
            }
        }
        Fs.close(left.descriptor);
    }

    private void giveUp(Level level) {
        for (Fs.Entry entry : level.directories) {
            skip(level.path + PathText.decode(entry.name()), "moved while it was read");
        }
        level.directories.clear();
    }

    private void skip(String path, String reason) {
        skippedCount++;
        if (skipped.size() < EXAMPLES) {
            skipped.add(path + ": " + reason);
        }
    }

    // Magic numbers of linux/magic.h: proc, sysfs, debugfs, tracefs, securityfs, cgroup, cgroup2, bpf, devpts, pstore.
    private static boolean kernelOwn(long magic) {
        return magic == 0x9fa0
                || magic == 0x6265_6572
                || magic == 0x6462_6720
                || magic == 0x7472_6163
                || magic == 0x7363_6673
                || magic == 0x27_e0eb
                || magic == 0x6367_7270
                || magic == 0xcafe_4a11L
                || magic == 0x1cd1
                || magic == 0x6165_676c;
    }
}
