package dev.gleisner.cli.command;

import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.receipt.Receipt;
import dev.gleisner.domain.receipt.ReceiptBuilder;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.RecordReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Makes and prints receipts. */
final class Receipts {
    private Receipts() {}

    /** The receipt of a record that holds. */
    static Receipt of(RecordReader record) throws GleisnerException {
        ReceiptBuilder builder = new ReceiptBuilder(record.statement());
        record.replay(builder::accept);
        return builder.build();
    }

    static void print(Receipt receipt, PrintWriter out) throws GleisnerException {
        try {
            CanonicalJson.write(
                    receipt.toJson(),
                    (bytes, length) -> out.write(new String(bytes, 0, length, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError("a PrintWriter throws none", e);
        }
        out.println();
    }
}
