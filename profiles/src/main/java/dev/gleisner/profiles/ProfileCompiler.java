package dev.gleisner.profiles;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;

import dev.gleisner.ports.GleisnerException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Run by the build after compiling: checks the bundled profiles and puts their compiled form into the class
 * {@link CompiledProfiles}. Public because the Maven plugin that runs it has to call it; the package is not exported.
 */
public final class ProfileCompiler {
    private ProfileCompiler() {}

    /**
     * Compiles every bundled profile.
     *
     * @param args the directory of the classes and TOML files of this package
     * @throws GleisnerException when a bundled profile is wrong, which fails the build
     */
    public static void main(String[] args) throws GleisnerException, IOException {
        Path directory = Path.of(args[0]);
        Map<String, String> compiled = new TreeMap<>();
        for (String name : BundledProfiles.NAMES) {
            Path toml = directory.resolve(name + ".toml");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CompiledProfile.write(
                    ProfileReader.read(Files.readAllBytes(toml), name, toml.toString(), BundledProfiles.ORIGIN),
                    new DataOutputStream(bytes));
            compiled.put(name, bytes.toString(StandardCharsets.ISO_8859_1));
        }
        Files.write(directory.resolve("CompiledProfiles.class"), classOf(compiled));
    }

    /** A class with one method, {@code static String of(String)}, that returns the value for its argument. */
    private static byte[] classOf(Map<String, String> values) {
        return ClassFile.of()
                .build(
                        ClassDesc.of("dev.gleisner.profiles.CompiledProfiles"),
                        type -> type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC)
                                .withMethodBody(
                                        "of",
                                        MethodTypeDesc.of(CD_String, CD_String),
                                        ClassFile.ACC_STATIC,
                                        code -> lookUp(values, code)));
    }

    private static void lookUp(Map<String, String> values, CodeBuilder code) {
        for (Map.Entry<String, String> each : values.entrySet()) {
            Label next = code.newLabel();
            code.aload(0)
                    .ldc(each.getKey())
                    .invokevirtual(CD_String, "equals", MethodTypeDesc.of(CD_boolean, CD_Object))
                    .ifeq(next)
                    .ldc(each.getValue())
                    .areturn()
                    .labelBinding(next);
        }
        code.ldc("").areturn();
    }
}
