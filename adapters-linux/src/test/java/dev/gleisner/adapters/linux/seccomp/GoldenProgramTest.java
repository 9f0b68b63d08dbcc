package dev.gleisner.adapters.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Action;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Preset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs as text; {@code -Dgolden.update=true} rewrites them, and a person reads the diff. */
class GoldenProgramTest {
    @ParameterizedTest
    @CsvSource({
        "BASELINE, ERRNO", "BASELINE, LOG", "BASELINE, KILL",
        "NODEJS, ERRNO", "NODEJS, LOG", "NODEJS, KILL",
        "CUSTOM, ERRNO", "CUSTOM, LOG", "CUSTOM, KILL"
    })
    void programsAreAsLastRead(Preset preset, Action action) throws IOException {
        List<String> extra = preset == Preset.CUSTOM ? List.of("read", "write", "ioctl", "clone") : List.of();
        SeccompProgram program = SeccompFilterTest.program(new SeccompPolicy(preset, action, extra, false, true));
        String name = (preset + "-" + action).toLowerCase(Locale.ROOT) + ".txt";
        Path golden = Path.of(
                System.getProperty("basedir", "."),
                "src/test/resources/dev/gleisner/adapters/linux/seccomp/golden",
                name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(golden.getParent());
            Files.writeString(golden, program.disassemble());
        }
        assertThat(program.disassemble()).isEqualTo(Files.readString(golden));
        assertThat(program.bytes()).hasSize(program.size() * 8);
    }
}
