package dev.gleisner.adapters.audit.ebpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.sys.SyscallNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A refusal can only be told of a call that {@code sys_enter} takes note of. */
class RefusableCallsTest {
    private static final Pattern MARKED = Pattern.compile("REFUSABLE\\((\\d+)\\)|AT\\((\\d+),[^\\n]*\\.marked = 1\\)");

    @Test
    void everyCallThatOurFiltersMayRefuseIsMarked() throws IOException {
        SyscallNames names = new SyscallNames();
        Set<String> known = new TreeSet<>();
        for (int number = 0; number < 512; number++) {
            known.add(names.of(number));
        }
        Set<String> marked = new TreeSet<>();
        Matcher matcher = MARKED.matcher(Files.readString(Path.of("src/main/bpf/calls.h")));
        while (matcher.find()) {
            marked.add(names.of(Integer.parseInt(matcher.group(1) == null ? matcher.group(2) : matcher.group(1))));
        }
        Set<String> refusable = new TreeSet<>();
        for (String table : new String[] {"denied.tsv", "arguments.tsv"}) {
            try (InputStream in =
                    SyscallNames.class.getResourceAsStream("/dev/gleisner/adapters/linux/seccomp/" + table)) {
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                text.lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .forEach(line -> refusable.add(line.substring(0, line.indexOf('\t'))));
            }
        }
        assertThat(refusable).hasSizeGreaterThan(50);
        refusable.retainAll(known);
        assertThat(marked).containsAll(refusable);
    }
}
