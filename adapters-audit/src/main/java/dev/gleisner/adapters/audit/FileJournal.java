package dev.gleisner.adapters.audit;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.domain.digest.Digest;
import dev.gleisner.ports.EventSink;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ScratchFile;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One session's files: its lock, draft and log, and in the end bundle, statement and head.
 *
 * <p>Order of a commit: all files of the record, then its line in the chain (from here on it is committed), then the
 * project's head. A supervisor may die between any two of them.
 */
final class FileJournal implements EvidenceStore.Journal {
    private final Path project;
    private final String sessionId;
    private final int directory;
    private final int sessionLock;
    private final LogWriter log;
    private final BooleanSupplier chainHeld;
    private boolean closed;
    private Optional<SealedLog> sealed = Optional.empty();
    private Optional<String> copyProblem = Optional.empty();

    /**
     * @param directory descriptor of {@code project}; closed with this journal, as {@code sessionLock} is
     * @param chainHeld whether this store holds the project's chain now
     */
    FileJournal(
            Path project, String sessionId, int directory, int sessionLock, LogWriter log, BooleanSupplier chainHeld) {
        this.project = project;
        this.sessionId = sessionId;
        this.directory = directory;
        this.sessionLock = sessionLock;
        this.log = log;
        this.chainHeld = chainHeld;
    }

    static String lockName(String sessionId) {
        return sessionId + ".lock";
    }

    static String draftName(String sessionId) {
        return sessionId + ".draft.json";
    }

    @Override
    public EventSink log() {
        return log;
    }

    @Override
    public long events() {
        return log.events();
    }

    @Override
    public void draft(byte[] payload) throws GleisnerException {
        refuseWhenClosed();
        try (Fs fs = new Fs()) {
            // Not flushed: it has to survive this process, and the log of a session does not survive the machine
            // either.
            put(fs, draftName(sessionId), payload);
        }
    }

    @Override
    public ScratchFile scratch() throws GleisnerException {
        refuseWhenClosed();
        return FileScratch.open(directory, project.resolve("." + sessionId + ".scratch"));
    }

    @Override
    public SealedLog seal() throws GleisnerException {
        if (sealed.isEmpty()) {
            sealed = Optional.of(new SealedLog(ChainFile.logName(sessionId), log.seal(), log.root(), log.events()));
        }
        return sealed.get();
    }

    @Override
    public String traceName() {
        return ChainFile.traceName(sessionId);
    }

    @Override
    public Stored commit(byte[] payload, byte[] bundle, byte[] head, Optional<byte[]> trace, Optional<Path> copyTo)
            throws GleisnerException {
        refuseWhenClosed();
        if (sealed.isEmpty() || !chainHeld.getAsBoolean()) {
            throw new IllegalStateException("commit of " + sessionId + " without a sealed log or without the chain");
        }
        Digest name = Digest.sha256(payload);
        Path logFile = project.resolve(ChainFile.logName(sessionId));
        ChainFile chain = new ChainFile(project);
        try (Fs fs = new Fs()) {
            // 1. Everything that belongs to the record, and no trace of an earlier attempt that was cut off.
            if (trace.isPresent()) {
                Durable.replace(fs, directory, traceName(), trace.get(), project);
            } else {
                remove(fs, traceName());
            }
            Durable.replace(fs, directory, ChainFile.bundleName(sessionId), bundle, project);
            Durable.replace(fs, directory, ChainFile.headName(sessionId), head, project);
            put(fs, sessionId + ".statement.json", payload); // for people; the bundle holds it too
            Failures.check(Fs.sync(directory), "flush", project);
            // 2. The record counts from here on.
            chain.append(fs, directory, sessionId, name);
            // 3. What is known twice, so that a list without its end is seen; and what is no longer needed.
            // If the machine stops before this is on disk, the next session puts it right.
            Durable.link(fs, directory, ChainFile.headName(sessionId), ChainFile.HEAD, project);
            remove(fs, draftName(sessionId));
            remove(fs, lockName(sessionId));
            if (copyTo.isPresent()) {
                copyProblem = new ProjectCopy(copyTo.get()).put(fs, sessionId, bundle, head, trace, logFile);
            }
        }
        return new Stored(project.resolve(ChainFile.bundleName(sessionId)), logFile, name);
    }

    @Override
    public void discard() throws GleisnerException {
        refuseWhenClosed();
        try (Fs fs = new Fs()) {
            remove(fs, draftName(sessionId));
            remove(fs, ChainFile.logName(sessionId));
            remove(fs, lockName(sessionId));
        }
        close();
    }

    private void put(Fs fs, String name, byte[] content) throws GleisnerException {
        Durable.put(fs, directory, name, "." + name + ".new", content, project.resolve(name));
    }

    private void remove(Fs fs, String name) throws GleisnerException {
        int gone = fs.unlink(directory, Durable.bytes(name));
        if (gone != -Errno.ENOENT) {
            Failures.check(gone, "remove", project.resolve(name));
        }
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new IllegalStateException("the journal of " + sessionId + " is closed");
        }
    }

    @Override
    public Optional<String> copyProblem() {
        return copyProblem;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            log.close();
            Fs.close(sessionLock);
            Fs.close(directory);
        }
    }
}
