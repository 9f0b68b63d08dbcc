package dev.gleisner.bindings.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generated bindings of libbpf against the machine's C compiler reading the same vendored headers. */
class LibbpfHeaderTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();

    @TempDir
    private Path directory;

    @Test
    void theStructureAndTheConstantsAreWhatCSays() throws Exception {
        List<String> expected = List.of(
                "size " + bpf_object_open_opts.layout().byteSize(),
                "object_name " + bpf_object_open_opts.object_name$offset(),
                "kernel_log_buf " + bpf_object_open_opts.kernel_log_buf$offset(),
                "kernel_log_size " + bpf_object_open_opts.kernel_log_size$offset(),
                "kernel_log_level " + bpf_object_open_opts.kernel_log_level$offset(),
                "BPF_MAP_LOOKUP_ELEM " + libbpf_h.BPF_MAP_LOOKUP_ELEM(),
                "BPF_MAP_UPDATE_ELEM " + libbpf_h.BPF_MAP_UPDATE_ELEM(),
                "BPF_PROG_LOAD " + libbpf_h.BPF_PROG_LOAD(),
                "BPF_PROG_TYPE_RAW_TRACEPOINT " + libbpf_h.BPF_PROG_TYPE_RAW_TRACEPOINT(),
                "BPF_RINGBUF_BUSY_BIT " + libbpf_h.BPF_RINGBUF_BUSY_BIT(),
                "BPF_RINGBUF_DISCARD_BIT " + libbpf_h.BPF_RINGBUF_DISCARD_BIT(),
                "BPF_RINGBUF_HDR_SZ " + libbpf_h.BPF_RINGBUF_HDR_SZ());
        assertThat(printedByC(expected)).isEqualTo(expected);
    }

    private List<String> printedByC(List<String> names) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>(
                List.of("#include <stddef.h>", "#include <stdio.h>", "#include \"libbpf.h\"", "int main(void) {"));
        for (String line : names) {
            String name = line.substring(0, line.indexOf(' '));
            String value = name.startsWith("BPF_")
                    ? name
                    : name.equals("size")
                            ? "sizeof(struct bpf_object_open_opts)"
                            : "offsetof(struct bpf_object_open_opts, " + name + ")";
            lines.add("printf(\"" + name + " %d\\n\", (int)(" + value + "));");
        }
        lines.add("return 0; }");
        Path source = Files.write(directory.resolve("probe.c"), lines);
        Path program = directory.resolve("probe");
        List<String> command =
                List.of("cc", "-w", "-I", ".", "-I", "headers", "-o", program.toString(), source.toString());
        try {
            run(command);
        } catch (IOException e) {
            Assumptions.abort("skipped, needs cc: " + e.getMessage());
        }
        return run(List.of(program.toString())).lines().toList();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(MODULE.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
