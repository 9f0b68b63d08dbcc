package dev.gleisner.adapters.linux.seccomp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads our tables: fields between tabs, {@code #} lines and empty lines left out. */
final class Tsv {
    /** One line of a table, which knows where it came from. */
    record Row(String file, int line, List<String> fields) {
        String at(int index) {
            return fields.get(index);
        }

        IllegalStateException wrong(String why) {
            return new IllegalStateException(file + ":" + line + ": " + why);
        }
    }

    private Tsv() {}

    /**
     * Reads a resource beside this class.
     *
     * @throws IllegalStateException if a line has another number of fields, or an empty one
     */
    static List<Row> read(String file, int columns) {
        List<Row> rows = new ArrayList<>();
        try (InputStream in = Tsv.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("resource " + file + " is missing from the jar");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            int line = 0;
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                line++;
                if (text.isEmpty() || text.startsWith("#")) {
                    continue;
                }
                Row row = new Row(file, line, List.of(text.split("\t", -1)));
                if (row.fields().size() != columns) {
                    throw row.wrong(row.fields().size() + " fields instead of " + columns);
                }
                if (row.fields().stream().anyMatch(String::isBlank)) {
                    throw row.wrong("a field is empty; every rule carries its reason");
                }
                rows.add(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(rows);
    }
}
