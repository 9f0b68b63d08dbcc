package dev.gleisner.bindings.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the bindings are made from and what was made, as files of this module. */
final class Sources {
    /** The module's folder: surefire runs the tests in it. */
    static final Path MODULE = Path.of("").toAbsolutePath();

    static final Path HEADERS = MODULE.resolve("headers");
    static final Path UMBRELLA = MODULE.resolve("linux.h");
    static final Path ARGUMENTS = MODULE.resolve("linux.args");
    static final Path MANIFEST = MODULE.resolve("MANIFEST.sha256");
    static final Path LIBBPF_UMBRELLA = MODULE.resolve("libbpf.h");
    static final Path LIBBPF_ARGUMENTS = MODULE.resolve("libbpf.args");
    private static final Path GENERATED = MODULE.resolve("src/main/java/dev/gleisner/bindings");

    private Sources() {}

    /** The names that {@code linux.args} includes as this kind: constant, function, struct or typedef. */
    static List<String> included(String kind) {
        String option = "--include-" + kind + " ";
        try (Stream<String> lines = Files.lines(ARGUMENTS)) {
            return lines.filter(line -> line.startsWith(option))
                    .map(line -> line.substring(option.length()).strip())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every file that a regeneration writes or reads, except the manifest; paths relative to {@link #MODULE}. */
    static List<String> all() throws IOException {
        try (Stream<Path> headers = Files.walk(HEADERS);
                Stream<Path> generated = Files.walk(GENERATED)) {
            return Stream.of(
                            Stream.of(ARGUMENTS, UMBRELLA, LIBBPF_ARGUMENTS, LIBBPF_UMBRELLA),
                            headers.filter(file -> file.toString().endsWith(".h")),
                            generated.filter(
                                    file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java")))
                    .flatMap(files -> files)
                    .map(file -> MODULE.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    /** Whether this machine promises a feature, so that a test of it may not be skipped. */
    static boolean mustWork(String feature) {
        String promised = System.getenv().getOrDefault("GLEISNER_MUST_WORK", "");
        return Arrays.asList(promised.split("[,\\s]+")).contains(feature);
    }
}
