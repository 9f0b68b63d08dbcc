package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.GleisnerException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evidence in files: a directory for each project, named by the hash of its path.
 *
 * <pre>
 * &lt;root&gt;/&lt;32 hex digits&gt;/project          path of the project
 *                         chain            the records in order; chain.lock is held while one is added
 *                         head.json        signed head of the chain
 *                         &lt;session&gt;.audit.jsonl, .sigstore.json, .trace.sigstore.json, .statement.json, .head.json
 *                         &lt;session&gt;.lock, .draft.json   until the record is complete
 * </pre>
 */
final class FileEvidenceStore implements EvidenceStore {
    private static final int PROJECT_ID_DIGITS = 32;
    private static final long LOCK_PATIENCE_MILLIS = 1000;
    private static final int MOST_FILES = 1_000_000;

    private final Path root;
    private final Set<Path> heldChains = new HashSet<>();

    FileEvidenceStore(Path root) {
        this.root = root;
    }

    @Override
    public Path root() {
        return root;
    }

    private Path project(Path projectRoot) throws GleisnerException {
        byte[] path = PathBytes.of(StateDirectory.real(projectRoot));
        return root.resolve(Digest.sha256(path).hex().substring(0, PROJECT_ID_DIGITS));
    }

    @Override
    public Chain lockChain(Path projectRoot) throws GleisnerException {
        Path project = project(projectRoot);
        ChainFile file = new ChainFile(project);
        try (Fs fs = new Fs()) {
            int directory = fs.openRoot(PathBytes.of(project), Fs.O_RDONLY);
            if (directory == -Errno.ENOENT) {
                return new HeldChain(file, -1, () -> {}); // no session was ever begun, so none can commit
            }
            Failures.check(directory, "open", project);
            try {
                int lock = file.lock(fs, directory);
                hold(project, true);
                return new HeldChain(file, lock, () -> hold(project, false));
            } finally {
                Fs.close(directory);
            }
        }
    }

    private void hold(Path project, boolean held) {
        synchronized (heldChains) {
            boolean changed = held ? heldChains.add(project) : heldChains.remove(project);
            assert changed : project;
        }
    }

    private boolean holds(Path project) {
        synchronized (heldChains) {
            return heldChains.contains(project);
        }
    }

    @Override
    public List<Stored> records(Path projectRoot) throws GleisnerException {
        return List.copyOf(new ChainFile(project(projectRoot)).records());
    }

    @Override
    public Optional<byte[]> head(Path projectRoot) throws GleisnerException {
        return new ChainFile(project(projectRoot)).head();
    }

    @Override
    public List<Unfinished> unfinished(Path projectRoot) throws GleisnerException {
        Path project = project(projectRoot);
        List<Unfinished> found = new ArrayList<>();
        try (Fs fs = new Fs()) {
            int directory = fs.openRoot(PathBytes.of(project), Fs.O_RDONLY);
            if (directory == -Errno.ENOENT) {
                return List.of();
            }
            Failures.check(directory, "open", project);
            try {
                List<Stored> committed = new ChainFile(project).records();
                String suffix = FileJournal.draftName("");
                for (Fs.Entry entry : fs.list(directory, MOST_FILES)) {
                    String name = new String(entry.name(), StandardCharsets.ISO_8859_1);
                    String id = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : "";
                    if (SessionId.valid(id) && !has(committed, project, id) && abandoned(fs, directory, id)) {
                        Optional<byte[]> draft = ChainFile.read(project.resolve(name));
                        draft.ifPresent(bytes -> found.add(new Unfinished(id, bytes, log(project, id))));
                    }
                }
            } finally {
                Fs.close(directory);
            }
        }
        found.sort((one, other) -> one.sessionId().compareTo(other.sessionId()));
        return List.copyOf(found);
    }

    private static Path log(Path project, String id) {
        return project.resolve(ChainFile.logName(id));
    }

    private static boolean has(List<Stored> records, Path project, String id) {
        Path log = log(project, id);
        for (Stored record : records) {
            if (record.log().equals(log)) {
                return true;
            }
        }
        return false;
    }

    private static boolean abandoned(Fs fs, int project, String id) {
        int lock = fs.open(project, Durable.bytes(FileJournal.lockName(id)), Fs.O_RDWR | Fs.O_NOFOLLOW);
        boolean free = lock >= 0 && Fs.tryLock(lock) == 0;
        Fs.close(lock);
        return free;
    }

    @Override
    public Journal begin(Path projectRoot, String sessionId) throws GleisnerException {
        SessionId.check(sessionId);
        Path project = project(projectRoot);
        try (Fs fs = new Fs()) {
            makeRoot(fs);
            Durable.makeDirectories(fs, project);
            nameProject(fs, project, projectRoot, sessionId);
            return open(fs, project, sessionId, Fs.O_EXCL);
        }
    }

    @Override
    public Journal resume(Path projectRoot, Unfinished unfinished) throws GleisnerException {
        SessionId.check(unfinished.sessionId());
        Path project = project(projectRoot);
        try (Fs fs = new Fs()) {
            FileJournal journal = open(fs, project, unfinished.sessionId(), 0);
            if (has(new ChainFile(project).records(), project, unfinished.sessionId())) {
                journal.close();
                throw new GleisnerException.StorageFailed(
                        "session " + unfinished.sessionId(),
                        "it has been completed meanwhile",
                        "nothing is left to do; `gleisner inspect` shows it",
                        null);
            }
            return journal;
        }
    }

    private FileJournal open(Fs fs, Path project, String id, int logFlags) throws GleisnerException {
        int directory = Durable.directory(fs, project);
        int lock = -1;
        @Nullable LogWriter log = null;
        try {
            // A fresh log must not be there yet: that is what makes the id this session's alone.
            String name = ChainFile.logName(id);
            Path shown = project.resolve(name);
            log = new LogWriter(shown, Durable.appendable(fs, directory, name, shown, logFlags));
            String lockName = FileJournal.lockName(id);
            lock = Durable.appendable(fs, directory, lockName, project.resolve(lockName), 0);
            if (!ChainFile.lock(lock, LOCK_PATIENCE_MILLIS, project.resolve(lockName))) {
                throw new GleisnerException.StorageFailed(
                        "session " + id,
                        "another process has its journal open",
                        "wait until that process has ended",
                        null);
            }
            log.continueFrom(fs);
            return new FileJournal(project, id, directory, lock, log, () -> holds(project));
        } catch (GleisnerException e) {
            if (log != null) {
                log.close();
            }
            Fs.close(lock);
            Fs.close(directory);
            throw e;
        }
    }

    /** Makes the root, or takes it from everybody but its owner. */
    private void makeRoot(Fs fs) throws GleisnerException {
        Durable.makeDirectories(fs, root);
        int directory = Durable.directory(fs, root);
        try {
            Failures.check(fs.stat(directory), "look at", root);
            if (fs.uid() != (int) Kernel.raw(SysNr.GETEUID, 0, 0, 0)) {
                throw new GleisnerException.StorageFailed(
                        "evidence in " + root,
                        "the directory belongs to user " + Integer.toUnsignedString(fs.uid()) + ", who could change it",
                        "set XDG_STATE_HOME to a directory of your own",
                        null);
            }
            if ((fs.mode() & 077) != 0) {
                int result = (int) Kernel.raw(SysNr.FCHMOD, directory, 0700, 0);
                Failures.check(result, "take the rights of others from", root);
            }
        } finally {
            Fs.close(directory);
        }
    }

    private static void nameProject(Fs fs, Path project, Path projectRoot, String sessionId) throws GleisnerException {
        int directory = Durable.directory(fs, project);
        try {
            if (fs.stat(directory, Durable.bytes("project")) == -Errno.ENOENT) {
                String path = PathText.decode(PathBytes.of(StateDirectory.real(projectRoot)));
                Durable.put(
                        fs,
                        directory,
                        "project",
                        ".project." + sessionId,
                        (path + "\n").getBytes(StandardCharsets.UTF_8),
                        project.resolve("project"));
            }
        } finally {
            Fs.close(directory);
        }
    }
}
