import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Arranges the jars of a build for a quick start: java ImageJars.java FROM CLASS-PATH MODULES
 *
 * <ul>
 *   <li>Our own jars, and libraries without a module descriptor, become one jar in CLASS-PATH. ServiceLoader opens
 *       every jar of the class path, and reading the table of contents of the larger ones took half as long as a JVM
 *       takes to start.
 *   <li>Libraries that are modules go to MODULES, for jlink.
 *   <li>Classes of a format older than Java 8's are rewritten with stack maps. The AOT cache leaves out those older
 *       than 6, because they are verified in another way; picocli's are of format 5.
 * </ul>
 */
public final class ImageJars {
    private static final String SERVICES = "META-INF/services/";

    private ImageJars() {}

    public static void main(String[] args) throws IOException {
        Path classPath = Path.of(args[1]);
        Path modules = Path.of(args[2]);
        Map<String, byte[]> merged = new TreeMap<>();
        for (Path jar : jars(Path.of(args[0]))) {
            Map<String, byte[]> entries = read(jar);
            if (isModule(entries) && !jar.getFileName().toString().startsWith("gleisner-")) {
                write(entries, modules.resolve(jar.getFileName()));
            } else {
                merge(merged, entries, jar);
            }
        }
        write(merged, classPath.resolve("gleisner.jar"));
    }

    private static List<Path> jars(Path directory) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.jar")) {
            found.forEach(jars::add);
        }
        Collections.sort(jars);
        return jars;
    }

    private static boolean isModule(Map<String, byte[]> entries) {
        return entries.keySet().stream()
                .anyMatch(name -> name.equals("module-info.class")
                        || name.startsWith("META-INF/versions/") && name.endsWith("/module-info.class"));
    }

    private static void merge(Map<String, byte[]> merged, Map<String, byte[]> entries, Path jar) {
        entries.forEach((name, bytes) -> {
            if (name.startsWith(SERVICES)) {
                merged.merge(name, bytes, ImageJars::lines);
            } else if (name.startsWith("META-INF/versions/")) {
                throw new IllegalStateException(jar + " has a class for a later Java, which a merged jar cannot keep");
            } else if (!name.equals("module-info.class") && !name.startsWith("META-INF/")) {
                if (merged.put(name, bytes) != null) {
                    throw new IllegalStateException(name + " is in two jars, the second is " + jar);
                }
            }
        });
    }

    private static byte[] lines(byte[] some, byte[] more) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(some);
        all.write('\n');
        all.writeBytes(more);
        return all.toByteArray();
    }

    private static Map<String, byte[]> read(Path jar) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (JarFile in = new JarFile(jar.toFile())) {
            ClassFile classFile = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(
                            ClassHierarchyResolver.ofResourceParsing(type -> open(in, type.descriptorString()))
                                    .orElse(ClassHierarchyResolver.defaultResolver())));
            for (JarEntry entry : Collections.list(in.entries())) {
                if (entry.isDirectory()) {
                    continue;
                }
                byte[] bytes;
                try (InputStream content = in.getInputStream(entry)) {
                    bytes = content.readAllBytes();
                }
                entries.put(entry.getName(), entry.getName().endsWith(".class") ? retarget(classFile, bytes) : bytes);
            }
        }
        return entries;
    }

    private static void write(Map<String, byte[]> entries, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                byte[] bytes = entry.getValue();
                CRC32 crc = new CRC32();
                crc.update(bytes);
                ZipEntry stored = new ZipEntry(entry.getKey());
                stored.setMethod(ZipEntry.STORED); // nothing to inflate
                stored.setSize(bytes.length);
                stored.setCrc(crc.getValue());
                stored.setTime(0);
                out.putNextEntry(stored);
                out.write(bytes);
                out.closeEntry();
            }
        }
    }

    private static byte[] retarget(ClassFile classFile, byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        if (model.majorVersion() >= ClassFile.JAVA_8_VERSION) {
            return bytes;
        }
        // A code transform that is not the identity object makes the library write each body anew, with stack maps.
        ClassTransform bodies = ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
            } else {
                builder.with(element);
            }
        };
        return classFile.transformClass(model, bodies.andThen(version));
    }

    private static InputStream open(JarFile jar, String descriptor) {
        JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
