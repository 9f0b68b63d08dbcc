package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Digests of files that an adversary may replace meanwhile: every component of a path is opened without following a
 * link, the open file is looked at before its first and after its last byte, and a file that changed in between is
 * read once more and then left out. (A single write(2) that is under way sets the times once, at its beginning, so it can
 * go unseen: what must be certain is hashed when nothing can write any more.)
 *
 * <p>The calling thread starts alone; only when there is enough to do for them are helpers started, because threads
 * cost a short session more than they give.
 */
final class FileHasher {
    private static final int ALONE_FILES = 64;
    private static final long ALONE_BYTES = 16L * 1024 * 1024;
    private static final int BATCH = 16;

    private final Path root;
    private final String[] paths;
    private final @Nullable FileState[] found;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong bytesRead = new AtomicLong();

    FileHasher(Path root, Collection<String> paths) {
        this.root = root;
        this.paths = paths.toArray(String[]::new);
        Arrays.sort(this.paths); // neighbours share their directory
        this.found = new FileState[this.paths.length];
    }

    List<FileState> run() throws GleisnerException {
        int top;
        try (Fs fs = new Fs()) {
            top = fs.openRoot(PathBytes.of(root), Fs.O_PATH);
        }
        if (top < 0) {
            throw new GleisnerException.BadInput(
                    "project " + root,
                    "it cannot be read: " + Errno.describe(-top),
                    "give the path of a directory that this user can read");
        }
        List<Thread> helpers = new ArrayList<>();
        List<Throwable> bugs = new ArrayList<>();
        try {
            try (Worker worker = new Worker(top)) {
                int alone = 0;
                while (alone < paths.length && alone < ALONE_FILES && bytesRead.get() < ALONE_BYTES) {
                    int index = next.getAndIncrement();
                    found[index] = worker.hash(paths[index]);
                    alone++;
                }
                int cpus = Runtime.getRuntime().availableProcessors();
                for (int i = 1; i < cpus && paths.length - alone > i; i++) {
                    helpers.add(helper(top, bugs));
                }
                worker.work();
            } finally {
                for (Thread helper : helpers) {
                    join(helper);
                }
            }
        } finally {
            Fs.close(top);
        }
        synchronized (bugs) {
            if (!bugs.isEmpty()) {
                throw new IllegalStateException("a hashing thread died", bugs.getFirst());
            }
        }
        List<FileState> states = new ArrayList<>(found.length);
        for (FileState state : found) {
            if (state != null) {
                states.add(state);
            }
        }
        return states;
    }

    private Thread helper(int top, List<Throwable> bugs) {
        return Thread.ofPlatform().name("gleisner-hash").daemon().start(() -> {
            try (Worker worker = new Worker(top)) {
                worker.work();
            } catch (RuntimeException | Error e) {
                synchronized (bugs) {
                    bugs.add(e);
                }
            }
        });
    }

    private static void join(Thread helper) {
        boolean interrupted = false;
        while (true) {
            try {
                helper.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true; // its descriptors are ours: they cannot be left behind
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One thread's share: its buffers, and the directory of the file before, which is mostly that of the next. */
    private final class Worker implements AutoCloseable {
        private final Fs fs = new Fs();
        private final MessageDigest digest = Digest.newSha256();
        private final byte[] buffer = new byte[128 * 1024];
        private final int top;
        private String directoryPath = "";
        private int directory = -1;

        Worker(int top) {
            this.top = top;
        }

        void work() {
            for (int from; (from = next.getAndAdd(BATCH)) < paths.length; ) {
                for (int i = from; i < Math.min(from + BATCH, paths.length); i++) {
                    found[i] = hash(paths[i]);
                }
            }
        }

        @Nullable
        FileState hash(String path) {
            int slash = path.lastIndexOf('/');
            int in = top;
            if (slash >= 0) {
                in = enter(path.substring(0, slash));
            }
            byte[] name = component(path.substring(slash + 1));
            if (in < 0 || name.length == 0) {
                return null;
            }
            int file = fs.open(in, name, Fs.OPEN_FILE);
            if (file < 0) {
                return null;
            }
            try {
                FileState state = read(path, file);
                return state == null ? read(path, file) : state;
            } finally {
                Fs.close(file);
            }
        }

        private @Nullable FileState read(String path, int file) {
            if (fs.stat(file) < 0 || fs.type() != Fs.S_IFREG) {
                return null;
            }
            String before = fs.token();
            digest.reset();
            long at = 0;
            int got;
            while ((got = fs.read(file, buffer, at)) > 0) {
                digest.update(buffer, 0, got);
                at += got;
            }
            bytesRead.addAndGet(at);
            if (got < 0 || fs.stat(file) < 0 || at != fs.size() || !fs.token().equals(before)) {
                return null;
            }
            return new FileState(path, at, fs.mode() & 07777, before, Optional.of(Digest.sha256(digest)));
        }

        private int enter(String path) {
            if (directory >= 0 && path.equals(directoryPath)) {
                return directory;
            }
            leave();
            int at = top;
            for (int start = 0; start <= path.length(); ) {
                int slash = path.indexOf('/', start);
                int end = slash < 0 ? path.length() : slash;
                byte[] name = component(path.substring(start, end));
                int below = name.length == 0 ? -1 : fs.open(at, name, Fs.O_PATH | Fs.O_DIRECTORY | Fs.O_NOFOLLOW);
                if (at != top) {
                    Fs.close(at);
                }
                if (below < 0) {
                    return -1;
                }
                at = below;
                start = end + 1;
            }
            directory = at;
            directoryPath = path;
            return at;
        }

        private void leave() {
            Fs.close(directory);
            directory = -1;
        }

        // Empty for what no scan gives: nothing, dots, escapes that are not ours, or longer than a name can be.
        private static byte[] component(String text) {
            try {
                byte[] name = PathText.encode(text);
                boolean usable = name.length <= 255 && !text.equals(".") && !text.equals("..");
                for (byte each : name) {
                    usable &= each != 0 && each != '/';
                }
                return usable ? name : new byte[0];
            } catch (IllegalArgumentException _) {
                return new byte[0];
            }
        }

        @Override
        public void close() {
            leave();
            fs.close();
        }
    }
}
