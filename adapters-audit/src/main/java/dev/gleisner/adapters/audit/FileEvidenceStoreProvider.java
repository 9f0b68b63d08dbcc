package dev.gleisner.adapters.audit;

import dev.gleisner.ports.Availability;
import dev.gleisner.ports.EvidenceStore;
import dev.gleisner.ports.EvidenceStoreProvider;
import dev.gleisner.ports.GleisnerException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Evidence in files below the caller's state directory. */
public final class FileEvidenceStoreProvider implements EvidenceStoreProvider {
    /** Does nothing. */
    public FileEvidenceStoreProvider() {}

    @Override
    public String name() {
        return "files";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        try {
            Path root = StateDirectory.resolve();
            Path there = StateDirectory.existing(root);
            if (!Files.isDirectory(there)) {
                return new Availability.Missing(there + " is no directory", "move it away, or set XDG_STATE_HOME");
            }
            if (!Files.isWritable(there)) {
                return new Availability.Missing(
                        there + " cannot be written by this user", "set XDG_STATE_HOME to a directory of yours");
            }
            return new Availability.Ready(root.toString());
        } catch (GleisnerException e) {
            return new Availability.Missing(String.valueOf(e.getMessage()), e.fix());
        }
    }

    @Override
    public EvidenceStore create() throws GleisnerException {
        return new FileEvidenceStore(StateDirectory.resolve());
    }
}
