package dev.gleisner.adapters.linux.seccomp;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;

import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Action;
import dev.gleisner.adapters.linux.seccomp.SeccompPolicy.Preset;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Run by the build after compiling: puts the programs of the presets, with every action, into the class
 * {@link CompiledPrograms}. Public because the Maven plugin that runs it has to call it; the package is not exported.
 */
public final class ProgramCompiler {
    /** The presets that are a program by themselves. */
    static final List<Preset> PRESETS = List.of(Preset.BASELINE, Preset.NODEJS);

    private ProgramCompiler() {}

    /**
     * Compiles every preset.
     *
     * @param args the directory of the classes of this package
     */
    public static void main(String[] args) throws IOException, SeccompException {
        Map<String, String> programs = new TreeMap<>();
        for (Preset preset : PRESETS) {
            for (Action action : Action.values()) {
                SeccompPolicy policy = SeccompPolicy.of(preset, action);
                programs.put(
                        policy.key(),
                        new String(SeccompFilter.build(policy).orElseThrow().bytes(), StandardCharsets.ISO_8859_1));
            }
        }
        Files.write(Path.of(args[0], "CompiledPrograms.class"), classOf(programs));
    }

    /** A class with one method, {@code static String of(String)}, that returns the value for its argument. */
    private static byte[] classOf(Map<String, String> values) {
        return ClassFile.of()
                .build(
                        ClassDesc.of("dev.gleisner.adapters.linux.seccomp.CompiledPrograms"),
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
