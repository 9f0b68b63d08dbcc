package dev.gleisner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What our modules require, export and provide; {@code -Dgolden.update=true} rewrites the golden file. */
class ModulesTest {
    private static Map<String, ModuleDescriptor> ours() throws IOException {
        Map<String, ModuleDescriptor> ours = new TreeMap<>();
        for (URL url : Collections.list(ModulesTest.class.getClassLoader().getResources("module-info.class"))) {
            try (InputStream in = url.openStream()) {
                ModuleDescriptor descriptor = ModuleDescriptor.read(in);
                if (descriptor.name().startsWith("dev.gleisner")) {
                    ours.put(descriptor.name(), descriptor);
                }
            }
        }
        return ours;
    }

    @Test
    void descriptorsAreAsAgreed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (ModuleDescriptor module : ours().values()) {
            lines.add("module " + module.name());
            for (ModuleDescriptor.Requires each : new TreeSet<>(module.requires())) {
                List<String> modifiers = new ArrayList<>();
                each.modifiers()
                        .forEach(modifier ->
                                modifiers.add(modifier.toString().toLowerCase(java.util.Locale.ROOT) + " "));
                Collections.sort(modifiers);
                lines.add("  requires " + String.join("", modifiers) + each.name());
            }
            for (ModuleDescriptor.Exports each : new TreeSet<>(module.exports())) {
                lines.add("  exports " + each.source()
                        + (each.isQualified() ? " to " + String.join(", ", new TreeSet<>(each.targets())) : ""));
            }
            for (ModuleDescriptor.Opens each : new TreeSet<>(module.opens())) {
                lines.add("  opens " + each.source());
            }
            for (String each : new TreeSet<>(module.uses())) {
                lines.add("  uses " + each);
            }
            for (ModuleDescriptor.Provides each : new TreeSet<>(module.provides())) {
                lines.add("  provides " + each.service() + " with " + String.join(", ", each.providers()));
            }
        }
        Golden.check("modules.txt", String.join("\n", lines) + "\n");
    }

    /** On the class path the files count, on the module path the descriptors; they may not differ. */
    @Test
    void servicesFilesSayWhatTheDescriptorsSay() throws IOException, URISyntaxException {
        Map<String, Set<String>> declared = new TreeMap<>();
        for (ModuleDescriptor module : ours().values()) {
            module.provides()
                    .forEach(each -> declared.computeIfAbsent(each.service(), _ -> new TreeSet<>())
                            .addAll(each.providers()));
        }
        Map<String, Set<String>> files = new TreeMap<>();
        for (URL url : Collections.list(ModulesTest.class.getClassLoader().getResources("META-INF/services"))) {
            URI uri = url.toURI();
            if (uri.getScheme().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                    read(jar.getPath("META-INF/services"), files);
                }
            } else {
                read(Path.of(uri), files);
            }
        }
        files.keySet().removeIf(service -> !service.startsWith("dev.gleisner"));
        assertThat(files).isEqualTo(declared).hasSizeGreaterThan(7);
        // Each port has a provider, and the command line asks for each.
        assertThat(ours().get("dev.gleisner.cli").uses()).containsExactlyInAnyOrderElementsOf(declared.keySet());
    }

    private static void read(Path directory, Map<String, Set<String>> files) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    String name = line.replaceFirst("#.*", "").strip();
                    if (!name.isEmpty()) {
                        files.computeIfAbsent(file.getFileName().toString(), _ -> new TreeSet<>())
                                .add(name);
                    }
                }
            }
        }
    }
}
