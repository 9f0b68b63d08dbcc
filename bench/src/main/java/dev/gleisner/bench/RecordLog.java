package dev.gleisner.bench;

import dev.gleisner.bench.Deeds.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the audit log of a record. */
final class RecordLog {
    private final List<JsonNode> lines = new ArrayList<>();

    private RecordLog() {}

    /**
     * The deeds that a record tells, without those of strace, which ran inside.
     *
     * @param sensor who saw them
     */
    static Deeds read(Path log, String sensor) throws IOException {
        RecordLog record = new RecordLog();
        JsonMapper json = JsonMapper.builder().build();
        for (String line : Files.readAllLines(log)) {
            JsonNode object = json.readTree(line);
            if (text(object, "source").equals(sensor)) {
                record.lines.add(object);
            }
        }
        return record.deeds();
    }

    private Deeds deeds() throws IOException {
        OptionalLong strace = lines.stream()
                .filter(line -> type(line).equals("process.exec")
                        && text(line, "executable").endsWith("/strace"))
                .mapToLong(line -> line.path("pid").asLong(0))
                .findFirst();
        if (strace.isEmpty() || strace.getAsLong() == 0) {
            throw new IOException(
                    "the record does not tell which process is strace; take a sensor that sees processes");
        }
        Deeds deeds = new Deeds();
        for (JsonNode line : lines) {
            boolean failed = line.has("errno");
            if (line.path("pid").asLong(0) == strace.getAsLong()
                    || failed && !type(line).equals("network.connect")) {
                continue;
            }
            switch (type(line)) {
                case "process.exec" ->
                    deeds.add(Kind.EXECUTED, StraceLog.program(text(line, "executable"), words(line)));
                case "file.read" -> deeds.add(Kind.READ, text(line, "path"));
                case "file.write", "file.create" -> deeds.add(Kind.WRITTEN, text(line, "path"));
                case "file.delete", "directory.delete" -> deeds.add(Kind.REMOVED, text(line, "path"));
                case "file.rename" -> deeds.add(Kind.RENAMED, text(line, "path") + " -> " + text(line, "newPath"));
                case "network.connect" ->
                    deeds.add(Kind.CONNECTED, text(line, "protocol") + " " + text(line, "address"));
                default -> {}
            }
        }
        return deeds;
    }

    private static String type(JsonNode line) {
        return text(line, "type");
    }

    private static String text(JsonNode line, String name) {
        return line.required(name).asString();
    }

    private static List<String> words(JsonNode line) {
        List<String> words = new ArrayList<>();
        line.required("argv").forEach(word -> words.add(word.asString()));
        return words;
    }
}
