package dev.gleisner.cli.command;

import dev.gleisner.cli.Registry;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.Choice;
import java.util.List;

/** The directories that no sandbox may show: whoever reads them could sign, whoever writes them could lie. */
final class OutOfReach {
    private OutOfReach() {}

    static List<String> directories(Registry registry) throws GleisnerException {
        return List.of(
                Choice.best("evidence store", registry.evidenceStores())
                        .create()
                        .root()
                        .toString(),
                Choice.best("signer", registry.signers()).keyRing().directory().toString());
    }
}
