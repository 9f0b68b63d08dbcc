package dev.gleisner.cli.command;

import dev.gleisner.cli.Registry;
import dev.gleisner.ports.EvidenceStoreProvider;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.SignerProvider;
import java.util.ArrayList;
import java.util.List;

/** The directories that no sandbox may show: whoever reads them could sign, whoever writes them could lie. */
final class OutOfReach {
    private OutOfReach() {}

    /** Those of every provider, also of one that does not work now: its files may be there all the same. */
    static List<String> directories(Registry registry) throws GleisnerException {
        List<String> directories = new ArrayList<>();
        for (EvidenceStoreProvider provider : registry.evidenceStores()) {
            directories.add(provider.create().root().toString());
        }
        for (SignerProvider provider : registry.signers()) {
            directories.add(provider.keyRing().directory().toString());
        }
        return directories;
    }
}
