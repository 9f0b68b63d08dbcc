package dev.gleisner.bindings.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.UnionLayout;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The generated layouts and constants against the machine's C compiler reading the same vendored headers: every
 * constant, every size, every offset.
 */
class CHeaderTest {
    private static final List<String> COMPILER = List.of("cc", "-D_GNU_SOURCE", "-w", "-I", Sources.HEADERS.toString());

    @TempDir
    private static Path directory;

    @BeforeEach
    void needsTheCompiler() throws InterruptedException {
        try {
            run("cc", "--version");
        } catch (IOException e) {
            String reason = "no C compiler to compare with (" + e.getMessage()
                    + "); to run this test, install one as cc on PATH (Debian, Ubuntu: apt install gcc libc6-dev)";
            if (Sources.mustWork("cc")) {
                fail("GLEISNER_MUST_WORK promises cc, but there is " + reason);
            }
            System.err.println("skipped: " + reason);
            Assumptions.abort(reason);
        }
    }

    @Test
    void everyConstantIsWhatCSays() throws Exception {
        SortedMap<String, String> java = new TreeMap<>();
        List<String> prints = new ArrayList<>();
        for (Method method : linux_h.class.getMethods()) {
            if (method.getParameterCount() > 0
                    || method.getName().contains("$")
                    || method.getDeclaringClass() == Object.class) {
                continue;
            }
            String name = method.getName();
            Object value = method.invoke(null);
            // A macro of a pointer, such as SIG_IGN, compares by its address.
            String text = switch (value) {
                case Integer number -> number + " 4";
                case Long number -> number + " 8";
                case MemorySegment pointer -> pointer.address() + " 8";
                default -> throw new AssertionError(name + " is a " + value.getClass());
            };
            java.put(name, text);
            // An unsigned int comes out of jextract as the int of the same bits.
            prints.add(
                    "printf(\"%s %%lld %%zu\\n\", sizeof(%s) == 4 ? (long long)(int)(%s) : (long long)(%s), sizeof(%s));"
                            .formatted(name, name, name, name, name));
        }
        assertSame(java, probe(prints));
        assertThat(java.keySet())
                .as("constants compared")
                .containsExactlyInAnyOrderElementsOf(Sources.included("constant"));
        assertThat(java).containsEntry("PR_SET_NO_NEW_PRIVS", "38 4").hasSizeGreaterThan(1000);
    }

    @Test
    void everySizeAndOffsetIsWhatCSays() throws Exception {
        SortedMap<String, String> java = new TreeMap<>();
        List<String> prints = new ArrayList<>();
        int structs = 0;
        int fields = 0;
        for (var entry : cTypes().entrySet()) {
            String type = entry.getValue();
            Class<?> binding = Class.forName("dev.gleisner.bindings.linux." + entry.getKey());
            var layout = (GroupLayout) binding.getMethod("layout").invoke(null);
            structs++;
            java.put(key(type, ""), "0 " + layout.byteSize());
            prints.add("printf(\"%s 0 %%zu\\n\", sizeof(%s));".formatted(key(type, ""), type));

            SortedMap<String, Field> walked = new TreeMap<>();
            walk(layout, "", 0, walked);
            assertThat(walked).as("fields of %s", type).isNotEmpty();
            for (Field field : walked.values()) {
                fields++;
                String key = key(type, field.path());
                java.put(key, field.offset() + " " + field.size());
                // A flexible array has an offset, but C knows no size for it.
                String size = field.size() == 0 ? "(size_t)0" : "sizeof(((%s *)0)->%s)".formatted(type, field.path());
                prints.add(
                        "printf(\"%s %%zu %%zu\\n\", offsetof(%s, %s), %s);".formatted(key, type, field.path(), size));
            }
            assertAccessorsAgree(binding, walked);
        }
        assertSame(java, probe(prints));
        assertThat(structs).as("structs compared").isGreaterThan(35);
        assertThat(fields).as("fields compared").isGreaterThan(200);
        assertThat(java)
                .containsEntry(key("struct landlock_path_beneath_attr", ""), "0 12")
                .containsEntry(key("struct landlock_path_beneath_attr", "parent_fd"), "8 4");
    }

    @Test
    void everyKernelHeaderIsTheVendoredOne() throws Exception {
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of("-M", Sources.UMBRELLA.toString(), Sources.LIBBPF_UMBRELLA.toString()));
        Set<String> headers =
                new TreeSet<>(List.of(run(command.toArray(String[]::new)).split("[\\s\\\\]+")));
        headers.removeIf(header -> !header.matches(".*/(linux|asm|asm-generic|bpf)/.*\\.h"));
        List<String> vendored = Sources.all().stream()
                .filter(file -> file.startsWith("headers/"))
                .map(file -> Sources.MODULE.resolve(file).toString())
                .toList();
        assertThat(headers)
                .as("kernel headers that linux.h and libbpf.h read; vendor what is missing, drop what nothing reads")
                .containsExactlyInAnyOrderElementsOf(vendored);
    }

    /** Compares, and names only what differs: the whole is more than anyone reads. */
    private static void assertSame(SortedMap<String, String> java, SortedMap<String, String> c) {
        List<String> differences = new ArrayList<>();
        java.forEach((name, value) -> {
            if (!value.equals(c.get(name))) {
                differences.add(name + ": Java has " + value + ", C has " + c.get(name));
            }
        });
        assertThat(differences)
                .as("value and size, or offset and size; fix: run jextract/generate")
                .isEmpty();
        assertThat(c).as("lines of the C program").hasSameSizeAs(java);
    }

    private record Field(String path, long offset, long size) {}

    /** Binding class to C type; {@code sigset_t} and the like are typedefs, the rest are tags. */
    private static Map<String, String> cTypes() {
        Map<String, String> types = new TreeMap<>();
        Sources.included("struct").forEach(name -> types.put(name, "struct " + name));
        Sources.included("typedef").forEach(name -> types.put(name, name));
        return types;
    }

    private static String key(String type, String path) {
        return type.replace(' ', '_') + ":" + path;
    }

    private static void walk(GroupLayout group, String prefix, long base, Map<String, Field> found) {
        long next = base;
        for (MemoryLayout member : group.memberLayouts()) {
            long offset = group instanceof UnionLayout ? base : next;
            next = offset + member.byteSize();
            if (member instanceof PaddingLayout) {
                continue;
            }
            String name = member.name().orElseThrow();
            if (name.startsWith("$anon$")) { // C has no name for it: its fields count as the outer struct's
                walk((GroupLayout) member, prefix, offset, found);
                continue;
            }
            String path = prefix + name;
            found.put(path, new Field(path, offset, member.byteSize()));
            if (member instanceof GroupLayout nested) {
                walk(nested, path + ".", offset, found);
            }
        }
    }

    /** What {@code struct.field$offset()} returns is what the layout, compared with C, says. */
    private static void assertAccessorsAgree(Class<?> binding, Map<String, Field> walked)
            throws ReflectiveOperationException {
        int accessors = 0;
        for (Method method : binding.getMethods()) {
            if (method.getName().endsWith("$offset")) {
                String name = method.getName().replace("$offset", "");
                assertThat(method.invoke(null))
                        .as("%s.%s", binding.getSimpleName(), method.getName())
                        .isEqualTo(walked.get(name).offset());
                accessors++;
            }
        }
        assertThat(accessors)
                .as("offset methods of %s", binding.getSimpleName())
                .isPositive();
    }

    /** Compiles and runs a program of these statements; each line it prints is a key, a space and a value. */
    private static SortedMap<String, String> probe(List<String> statements) throws IOException, InterruptedException {
        Path source = directory.resolve("probe.c");
        Path program = directory.resolve("probe");
        List<String> lines = new ArrayList<>();
        lines.add("#include <stddef.h>");
        lines.add("#include <stdio.h>");
        lines.add("#include \"" + Sources.UMBRELLA + "\"");
        lines.add("int main(void) {");
        lines.addAll(statements);
        lines.add("return 0; }");
        Files.write(source, lines);
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of("-O0", "-o", program.toString(), source.toString()));
        run(command.toArray(String[]::new));
        SortedMap<String, String> printed = new TreeMap<>();
        run(program.toString()).lines().forEach(line -> {
            int space = line.indexOf(' ');
            printed.put(line.substring(0, space), line.substring(space + 1));
        });
        return printed;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "run", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            fail(String.join(" ", command) + " did not end within two minutes");
        }
        String text = Files.readString(output);
        assertThat(process.exitValue())
                .as("%s printed%n%s", String.join(" ", command), text)
                .isZero();
        return text;
    }
}
