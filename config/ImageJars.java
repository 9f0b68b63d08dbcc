import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileElement;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
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
 *   <li>In our own classes a switch over types, which asks the JVM to write its code at first use, gets a method that
 *       tries the types one by one. The AOT cache keeps lambdas, but not these.
 * </ul>
 */
public final class ImageJars {
    private static final String SERVICES = "META-INF/services/";

    /** Within what a ZIP entry can say itself: an earlier time gets an extra field, which a start would have to read. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private ImageJars() {}

    public static void main(String[] args) throws IOException {
        Path classPath = Path.of(args[1]);
        Path modules = Path.of(args[2]);
        List<Path> jars = jars(Path.of(args[0]));
        URL[] urls = new URL[jars.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = jars.get(i).toUri().toURL();
        }
        ClassFile classFile = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(
                        ClassHierarchyResolver.ofResourceParsing(new URLClassLoader(urls))));
        Map<String, byte[]> merged = new TreeMap<>();
        for (Path jar : jars) {
            Map<String, byte[]> entries = read(jar, classFile);
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

    private static Map<String, byte[]> read(Path jar, ClassFile classFile) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (JarFile in = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(in.entries())) {
                if (entry.isDirectory() || isSignature(entry.getName())) {
                    continue;
                }
                byte[] bytes;
                try (InputStream content = in.getInputStream(entry)) {
                    bytes = content.readAllBytes();
                }
                if (entry.getName().endsWith(".class")) {
                    bytes = retarget(classFile, bytes);
                    if (entry.getName().startsWith("dev/gleisner/")) {
                        bytes = plainSwitches(classFile, bytes);
                    }
                }
                entries.put(entry.getName(), bytes);
            }
        }
        return entries;
    }

    /** Bouncy Castle's jar is signed: checking that takes longer than a start may, and rewritten classes would fail it. */
    private static boolean isSignature(String name) {
        return name.startsWith("META-INF/")
                && name.indexOf('/', "META-INF/".length()) < 0
                && (name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith(".DSA") || name.endsWith(".EC"));
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
                stored.setTimeLocal(TIME);
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

    private static byte[] plainSwitches(ClassFile classFile, byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        boolean isInterface = model.flags().has(AccessFlag.INTERFACE);
        List<InvokeDynamicInstruction> switches = new ArrayList<>();
        ClassTransform bodies = ClassTransform.transformingMethodBodies(
                method -> method.code().isPresent()
                        && method.code().get().elementStream().anyMatch(ImageJars::isTypeSwitch),
                (code, element) -> {
                    if (isTypeSwitch(element)) {
                        InvokeDynamicInstruction call = (InvokeDynamicInstruction) element;
                        String name = "typeSwitch$" + switches.size();
                        code.invokestatic(model.thisClass().asSymbol(), name, call.typeSymbol(), isInterface);
                        switches.add(call);
                    } else {
                        code.with(element);
                    }
                });
        ClassTransform methods = ClassTransform.endHandler(builder -> {
            for (int i = 0; i < switches.size(); i++) {
                InvokeDynamicInstruction call = switches.get(i);
                builder.withMethodBody(
                        "typeSwitch$" + i,
                        call.typeSymbol(),
                        ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                        code -> typeSwitch(code, call.bootstrapArgs()));
            }
        });
        byte[] changed = classFile.transformClass(model, bodies.andThen(methods));
        return switches.isEmpty() ? bytes : changed;
    }

    private static boolean isTypeSwitch(ClassFileElement element) {
        return element instanceof InvokeDynamicInstruction call
                && call.bootstrapMethod().owner().descriptorString().equals("Ljava/lang/runtime/SwitchBootstraps;")
                && call.bootstrapMethod().methodName().equals("typeSwitch")
                && !call.typeSymbol().parameterType(0).isPrimitive()
                && call.bootstrapArgs().stream().allMatch(ClassDesc.class::isInstance);
    }

    /** What SwitchBootstraps.typeSwitch promises: -1 for null, the first label from "restart" on that fits, or their number. */
    private static void typeSwitch(CodeBuilder code, List<ConstantDesc> types) {
        Label given = code.newLabel();
        code.aload(0).ifnonnull(given).iconst_m1().ireturn().labelBinding(given);
        for (int i = 0; i < types.size(); i++) {
            Label next = code.newLabel();
            code.iload(1).loadConstant(i).if_icmpgt(next);
            code.aload(0).instanceOf((ClassDesc) types.get(i)).ifeq(next);
            code.loadConstant(i).ireturn().labelBinding(next);
        }
        code.loadConstant(types.size()).ireturn();
    }
}
