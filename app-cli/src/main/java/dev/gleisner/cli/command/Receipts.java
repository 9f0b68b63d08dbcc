package dev.gleisner.cli.command;

import dev.gleisner.domain.receipt.Receipt;
import dev.gleisner.domain.receipt.ReceiptBuilder;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.RecordReader;

/** Makes receipts. */
final class Receipts {
    private Receipts() {}

    /** The receipt of a record that holds. */
    static Receipt of(RecordReader record) throws GleisnerException {
        ReceiptBuilder builder = new ReceiptBuilder(record.statement());
        record.replay(builder::accept);
        return builder.build();
    }
}
