package dev.gleisner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files with what is expected; {@code -Dgolden.update=true} rewrites them, and a person reads the diff. */
final class Golden {
    private Golden() {}

    static void check(String name, String text) throws IOException {
        Path file = Path.of("src/test/resources/golden", name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(text).as("%s; -Dgolden.update=true rewrites it", file).isEqualTo(Files.readString(file));
    }
}
