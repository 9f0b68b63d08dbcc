package dev.gleisner.adapters.audit;

import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStore.Stored;
import dev.gleisner.ports.GleisnerException;
import java.util.List;
import java.util.Optional;

/** A project's chain with its lock. */
final class HeldChain implements EvidenceStore.Chain {
    private final ChainFile file;
    private final Runnable release;
    private int lock;

    /**
     * @param lock descriptor of the lock file; -1 when the project has no evidence yet, so that there is nothing to lock
     * @param release called once, after the lock is given back
     */
    HeldChain(ChainFile file, int lock, Runnable release) {
        this.file = file;
        this.lock = lock;
        this.release = release;
    }

    @Override
    public Optional<Stored> newest() throws GleisnerException {
        List<Stored> records = file.records();
        return records.isEmpty() ? Optional.empty() : Optional.of(records.getLast());
    }

    @Override
    public long size() throws GleisnerException {
        return file.records().size();
    }

    @Override
    public void close() {
        if (lock >= 0) {
            Fs.close(lock);
            lock = -1;
            release.run();
        }
    }
}
